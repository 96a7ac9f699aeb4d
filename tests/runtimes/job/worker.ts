import { early } from "./models.js";
import { runJob } from "./job.js";

/** In a Worker: `/one` asks the models that the module made, anything else runs the job. */
export default {
  async fetch(request: Request): Promise<Response> {
    if (!request.url.endsWith("/one")) return Response.json(await runJob());
    const answers = await Promise.all([...early.values()].map((model) => model.invoke("Hi.")));
    return Response.json(answers.map(({ text }) => text));
  },
};
