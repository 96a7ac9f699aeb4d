import type { ServerResponse } from "node:http";
import type { ServerFault } from "./scenarios.js";
import { closed, interrupt, isLate, outputOf, streamed, usageOf, type Charge, type Order } from "./streaming.js";

const NOTHING: Charge = { isServed: false, output: 0 };
const REFUSED: Partial<Record<ServerFault, number>> = {
  "status 400": 400,
  "must stream": 400,
  "status 429": 429,
  "status 500": 500,
  "status 503": 503,
};

/** Answers a request, or fails to, and says what to charge for it. */
export async function serve(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault } = order;
  const status = REFUSED[fault];
  if (status !== undefined) {
    const headers = { "content-type": "application/json", ...(status === 429 ? { "retry-after": "0" } : {}) };
    const message = fault === "must stream" ? "Set stream=true for so many tokens." : `simulated ${status}`;
    response.writeHead(status, headers).end(JSON.stringify({ error: { message, type: "simulated" } }));
    return NOTHING;
  }
  switch (fault) {
    case "gateway 504":
      response.writeHead(504, { "content-type": "text/html" }).end("<html><body>504 Gateway Time-out</body></html>");
      return behindTheScenes(order);
    case "reset before the answer":
      response.req.socket.resetAndDestroy();
      return behindTheScenes(order);
    case "hang-up before the answer":
      response.destroy();
      return behindTheScenes(order);
    case "silence before the answer":
      order.onSilence();
      await closed(response);
      return behindTheScenes(order);
    case "page":
      response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><html><body>It works!</body></html>");
      return behindTheScenes(order);
    case "empty body":
      response.writeHead(200, { "content-type": order.stream ? order.writer.streamType : "application/json" }).end();
      return behindTheScenes(order);
    case "error at once":
      return failAtOnce(response, order);
    default:
      return order.stream ? streamed(response, order) : whole(response, order);
  }
}

/** Nobody sees the answer. It may be generated all the same: in part, to its end, or not at all. */
function behindTheScenes(order: Order): Charge {
  const { random } = order;
  const share = random.pick([undefined, 0, random.next(), 1]);
  return share === undefined ? NOTHING : { isServed: true, output: generated(order, share) };
}

function generated({ generations }: Order, share: number): number {
  return generations.reduce((sum, { steps }) => sum + outputOf(steps.slice(0, Math.round(steps.length * share))), 0);
}

function failAtOnce(response: ServerResponse, order: Order): Charge {
  const { stream, writer, random } = order;
  // An error that names a refusal is one, whatever the status of the answer.
  const isRefusal = writer.namesCodes && random.chance(0.3);
  const error = writer.error(isRefusal ? 503 : undefined);
  response.writeHead(200, { "content-type": stream ? writer.streamType : "application/json" });
  response.end(stream ? writer.frame(error) : JSON.stringify(error));
  return isRefusal ? NOTHING : behindTheScenes(order);
}

/** What is not streamed is generated before its first byte is sent. */
async function whole(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault, generations, writer, headers } = order;
  const body = writer.whole(generations, usageOf(order, generations));
  response.writeHead(200, { "content-type": "application/json", ...headers });
  if (fault === "none") response.end(body);
  else {
    await written(response, body.slice(0, isLate(fault) ? -1 : Math.max(1, body.length >> 1)));
    await interrupt(response, order);
  }
  return { isServed: true, output: generated(order, 1) };
}

const written = (response: ServerResponse, text: string) =>
  new Promise<void>((resolve) => response.write(text, () => resolve()));
