/** Loopback, private and link-local addresses, and names without a public suffix (`localhost`, `gpu-box`, `*.local`, `*.internal`). */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (host.includes(":")) return isPrivateIPv6(host);
  const octets = host.split(".");
  if (octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet))) return isPrivateIPv4(octets.map(Number));
  if (octets.length === 1) return true;
  return /\.(localhost|local|lan|internal|home\.arpa|test|svc)$/.test(host);
}

function isPrivateIPv4([a = 0, b = 0]: number[]): boolean {
  if (a === 127 || a === 10 || a === 0) return true;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 192) return b === 168;
  if (a === 169) return b === 254;
  return a === 100 && b >= 64 && b <= 127;
}

function isPrivateIPv6(host: string): boolean {
  if (host === "::1" || host === "::") return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped) {
    const high = Number.parseInt(mapped[1] ?? "0", 16);
    return isPrivateIPv4([high >> 8, high & 255]);
  }
  return /^f[cd]/.test(host) || /^fe[89ab]/.test(host);
}
