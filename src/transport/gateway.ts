/** Who stands before a server and answers in its place, by the words of its pages. */
const NGINX = /\bnginx\b|\bopenresty\b/i;
const CLOUDFLARE = /\bcloudflare\b/i;

const OF_NGINX: Readonly<Record<number, string>> = {
  413: "nginx before the server takes no request of this size: raise its `client_max_body_size`, or send less.",
  502: "nginx reached no server behind it: is that one running, and does it listen where nginx's `proxy_pass` says?",
  503: "nginx before the server refuses it: look at its `limit_req` and `limit_conn`, and whether a server behind it is up.",
  504: "nginx waited no longer for the server: raise its `proxy_read_timeout`, or stream the answer.",
};

const OF_CLOUDFLARE: Readonly<Record<number, string>> = {
  413: "Cloudflare before the server takes no request of this size: send less.",
  502: "Cloudflare reached no server behind it: is that one running?",
  521: "Cloudflare reached no server behind it: is that one running?",
  522: "Cloudflare reached no server behind it: is that one running?",
  523: "Cloudflare reached no server behind it: is that one running?",
  524: "Cloudflare waited no longer for the server's answer to begin: stream the answer.",
};

const OF_ANY: Readonly<Record<number, string>> = {
  413: "A proxy before the server takes no request of this size: raise its limit, or send less.",
  504: "A proxy before the server waited no longer: raise its time-out, or stream the answer.",
};

/**
 * What to do about a page that not the server itself answered with, but a proxy before it.
 * @param seen the page's text
 */
export function explainGateway(status: number | undefined, seen: string): string | undefined {
  if (status === undefined) return undefined;
  if (NGINX.test(seen)) return status === 400 && /header or cookie too large/i.test(seen) ? HEADERS : OF_NGINX[status];
  if (CLOUDFLARE.test(seen) || /^just a moment\b/i.test(seen))
    return status === 403 ? CHALLENGE : OF_CLOUDFLARE[status];
  return OF_ANY[status];
}

const HEADERS =
  "nginx takes no headers of this size: raise its `large_client_header_buffers`, or send fewer `headers`.";
const CHALLENGE =
  "Cloudflare before the server wants to see a browser: let programs pass there, or use an address that does not lead through it.";
