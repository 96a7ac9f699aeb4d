import { FOR_ESTIMATES } from "../../src/usage/pace.js";

/** A busy machine cuts a count of a tenth of a second short as it likes; what tests expect must not depend on that. */
FOR_ESTIMATES.now = () => 0;
