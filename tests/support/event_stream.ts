import { crc32 } from "node:zlib";

const STRING = 7;

/**
 * One frame of AWS's binary event stream: lengths of the frame and of its headers, their CRC-32, the headers, the
 * payload, and the CRC-32 of all that. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
 * @param type - the event's name, or the exception's
 */
export function eventFrame(type: string, payload: unknown, kind: "event" | "exception" = "event"): Uint8Array {
  const headers = Buffer.concat([
    header(`:${kind}-type`, type),
    header(":content-type", "application/json"),
    header(":message-type", kind),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const lengths = Buffer.concat([uint32(headers.length + body.length + 16), uint32(headers.length)]);
  const framed = Buffer.concat([lengths, uint32(crc32(lengths)), headers, body]);
  return Buffer.concat([framed, uint32(crc32(framed))]);
}

/** Name and value, each after its length in bytes: one byte for the name's, two for the value's. */
function header(name: string, value: string): Buffer {
  const length = Buffer.byteLength(value);
  return Buffer.from([name.length, ...Buffer.from(name), STRING, length >> 8, length & 255, ...Buffer.from(value)]);
}

function uint32(value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(value);
  return four;
}
