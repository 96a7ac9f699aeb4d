/** A model's total parameters in billions, and whether it is a mixture of experts. */
export interface KnownSize {
  totalB: number;
  moe: boolean;
}

/** All models whose name contains `contains` at the start of a word, and none of `unless`. */
export interface KnownFamily {
  contains: string;
  moe: boolean;
  /** The size of every member whose name gives none. */
  totalB?: number;
  unless?: readonly string[];
}

const dense = (totalB: number): KnownSize => ({ totalB, moe: false });
const moe = (totalB: number): KnownSize => ({ totalB, moe: true });

/**
 * Models on Fireworks whose name does not say its size, or says it misleadingly, by the last part of their ids. Totals
 * from the public model cards.
 */
export const KNOWN_SIZES: ReadonlyMap<string, KnownSize> = new Map([
  ["dbrx-instruct", moe(132)],
  ["dbrx-base", moe(132)],
  ["deepseek-coder-v2-instruct", moe(236)],
  ["deepseek-coder-v2-lite-base", moe(15.7)],
  ["deepseek-coder-v2-lite-instruct", moe(15.7)],
  ["deepseek-prover-v2", moe(671)],
  ["deepseek-v2-lite-chat", moe(15.7)],
  ["deepseek-v2p5", moe(236)],
  ["devstral-small-2505", dense(23.6)],
  ["devstral-small-2507", dense(23.6)],
  ["elyza-japanese-llama-2-7b-fast-instruct", dense(6.7)],
  ["fare-20b", moe(20.9)],
  ["firefunction-v1", moe(46.7)],
  ["firefunction-v2", dense(70.6)],
  ["gemma-3n-e2b-it", dense(5.4)],
  ["gemma-3n-e4b-it", dense(7.8)],
  ["gemma-4-e4b", dense(8)],
  ["gemma-4-e4b-it", dense(8)],
  ["glm-4p5v", moe(107)],
  ["glm-4p7-flash", moe(31.2)],
  ["llama-v3p1-70b-instruct-1b", dense(1.2)],
  ["mistral-large-3-fp8", moe(675)],
  ["mistral-nemo-base-2407", dense(12.2)],
  ["mistral-nemo-instruct-2407", dense(12.2)],
  ["mistral-small-instruct-2409", dense(22.2)],
  ["nemotron-3-ultra-bf16", moe(500)],
  ["paddleocr-vl-1-6", dense(0.96)],
  ["phi-2", dense(2.8)],
  ["phi-3-medium-128k-instruct", dense(14)],
  ["phi-3-mini-128k-instruct", dense(3.82)],
  ["phi-3-mini-4k-instruct", dense(3.82)],
  ["phi-3-small-128k-instruct", dense(7.4)],
  ["phi-3-vision-128k-instruct", dense(4.15)],
  ["phi-3p5-mini-instruct", dense(3.82)],
  ["phi-3p5-moe-instruct", moe(41.9)],
  ["phi-3p5-vision-instruct", dense(4.15)],
  ["phi-4", dense(14.7)],
  ["qwen1p5-moe-a2p7b", moe(14.3)],
  ["qwen1p5-moe-a2p7b-chat", moe(14.3)],
  ["qwen2-57b-a14b-instruct", moe(57.4)],
  ["r1-1776", moe(671)],
  ["rolm-ocr", dense(8.3)],
  ["starcoder", dense(15.5)],
  ["starcoderbase", dense(15.5)],
  ["step-3p7-flash-nvfp4", moe(196)],
]);

/** Families that are mixtures of experts without saying so, or dense at sizes where few are. From the public model cards. */
export const KNOWN_FAMILIES: readonly KnownFamily[] = [
  { contains: "gpt-oss-20b", moe: true, totalB: 20.9 },
  { contains: "gpt-oss", moe: true },
  { contains: "mixtral", moe: true },
  { contains: "dbrx", moe: true, totalB: 132 },
  { contains: "qwen3-coder-480b", moe: true },
  { contains: "qwen3-coder-next", moe: true },
  { contains: "qwen3-next", moe: true },
  { contains: "qwen3-235b", moe: true },
  { contains: "qwen3-30b", moe: true },
  { contains: "cogito-671b", moe: true },
  { contains: "cogito-109b", moe: true },
  { contains: "deepseek-v2", moe: true, unless: ["lite"] },
  { contains: "deepseek-v3", moe: true, totalB: 671 },
  { contains: "deepseek-v4", moe: true },
  { contains: "deepseek-r1", moe: true, totalB: 671, unless: ["distill"] },
  { contains: "llama4-maverick", moe: true, totalB: 400 },
  { contains: "llama4-scout", moe: true, totalB: 109 },
  { contains: "llama4", moe: true },
  { contains: "llama-4-", moe: true },
  { contains: "glm-4p5-air", moe: true, totalB: 106 },
  { contains: "glm-4p5", moe: true, totalB: 355, unless: ["glm-4p5v"] },
  { contains: "glm-4p6", moe: true, totalB: 355, unless: ["glm-4p6v"] },
  { contains: "glm-4p7", moe: true, totalB: 355, unless: ["flash"] },
  { contains: "glm-5", moe: true },
  { contains: "kimi-k2", moe: true, totalB: 1000 },
  { contains: "kimi", moe: true, unless: ["kimi-dev"] },
  { contains: "minimax-m2", moe: true, totalB: 230 },
  { contains: "minimax", moe: true },
  { contains: "jamba", moe: true },
  { contains: "grok", moe: true },
  { contains: "arctic", moe: true, unless: ["embed"] },
  { contains: "ling", moe: true },
  { contains: "ring", moe: true },
  { contains: "olmoe", moe: true },
  { contains: "hunyuan-a13b", moe: true, totalB: 80 },
  { contains: "mistral-nemo", moe: false, totalB: 12.2 },
  { contains: "devstral-small", moe: false, totalB: 23.6, unless: ["devstral-small-2-"] },
  { contains: "firefunction-v1", moe: true, totalB: 46.7 },
  { contains: "firefunction-v2", moe: false, totalB: 70.6 },
  { contains: "phi-3-mini", moe: false, totalB: 3.82 },
  { contains: "phi-3p5-mini", moe: false, totalB: 3.82 },
  { contains: "falcon-180b", moe: false },
  { contains: "nemotron-4-340b", moe: false },
];

const EMBEDDING = "it is an embedding model, priced by a list of its own that does not name it";
const RERANK = "it is a reranker, and only the rerankers that are listed by name have a price";
const IMAGE = "it is an image model, billed by step or image and not by token";
const AUDIO = "it is a speech model, billed by audio time and not by token";

/** Words in a name that mean that the model is not billed as a text or vision model. */
export const OTHER_BILLING: ReadonlyMap<string, string> = new Map([
  ...[
    "embed",
    "embedding",
    "embeddings",
    "embedder",
    "bge",
    "gte",
    "e5",
    "nomic",
    "minilm",
    "mpnet",
    "uae",
    "mxbai",
    "voyage",
    "instructor",
  ].map((word) => [word, EMBEDDING] as const),
  ...["rerank", "reranker"].map((word) => [word, RERANK] as const),
  ...[
    "flux",
    "sdxl",
    "sd3",
    "ssd",
    "diffusion",
    "playground",
    "kontext",
    "controlnet",
    "image",
    "clip",
    "siglip",
    "schnell",
    "video",
    "wan2",
  ].map((word) => [word, IMAGE] as const),
  ...["whisper", "asr", "tts", "audio", "speech", "orpheus", "kokoro", "voxtral"].map((word) => [word, AUDIO] as const),
]);
