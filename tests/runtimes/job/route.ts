import { runJob } from "./job.js";

/** In a route of Next: runs the job. */
export async function GET(): Promise<Response> {
  return Response.json(await runJob());
}
