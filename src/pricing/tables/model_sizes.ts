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
  ["deepseek-coder-v2-instruct", moe(236)],
  ["deepseek-prover-v2", moe(671)],
  ["deepseek-v2p5", moe(236)],
  ["elyza-japanese-llama-2-7b-fast-instruct", dense(6.7)],
  ["fare-20b", moe(20.9)],
  ["llama-v3p1-405b-instruct", dense(405)],
  ["llama-v3p1-70b-instruct-1b", dense(1.2)],
  ["mistral-large-2407", dense(123)],
  ["mistral-large-2411", dense(123)],
  ["mistral-large-3-fp8", moe(675)],
  ["mistral-large-instruct-2407", dense(123)],
  ["mistral-large-instruct-2411", dense(123)],
  ["mistral-small-instruct-2409", dense(22.2)],
  ["nemotron-3-ultra-bf16", moe(500)],
  ["paddleocr-vl-1-6", dense(0.96)],
  ["phi-2", dense(2.8)],
  ["phi-4", dense(14.7)],
  ["qwen2-57b-a14b-instruct", moe(57.4)],
  ["qwen1p5-4b", dense(3.95)],
  ["qwen1p5-4b-chat", dense(3.95)],
  ["r1-1776", moe(671)],
  ["rolm-ocr", dense(8.3)],
  ["starcoder", dense(15.5)],
  ["starcoderbase", dense(15.5)],
  ["step-3p7-flash-nvfp4", moe(196)],
]);

/**
 * Families that are mixtures of experts without saying so, whose names give no size, or dense at sizes where few are. The
 * first that a name matches counts. From the public model cards.
 */
export const KNOWN_FAMILIES: readonly KnownFamily[] = [
  { contains: "gpt-oss-20b", moe: true, totalB: 20.9 },
  { contains: "gpt-oss", moe: true },
  { contains: "mixtral", moe: true },
  { contains: "dbrx", moe: true, totalB: 132 },
  { contains: "qwen3-coder-480b", moe: true },
  { contains: "qwen3-coder-next", moe: true, totalB: 79.7 },
  { contains: "qwen3-next", moe: true },
  { contains: "qwen3-235b", moe: true },
  { contains: "qwen3-30b", moe: true },
  { contains: "cogito-671b", moe: true },
  { contains: "cogito-109b", moe: true },
  { contains: "deepseek-v2-lite", moe: true, totalB: 15.7 },
  { contains: "deepseek-coder-v2-lite", moe: true, totalB: 15.7 },
  { contains: "deepseek-v2", moe: true },
  { contains: "deepseek-v3", moe: true, totalB: 671 },
  { contains: "deepseek-v4", moe: true },
  { contains: "deepseek-r1", moe: true, totalB: 671, unless: ["distill"] },
  { contains: "llama4-maverick", moe: true, totalB: 400 },
  { contains: "llama4-scout", moe: true, totalB: 109 },
  { contains: "llama4", moe: true },
  { contains: "llama-4-", moe: true },
  { contains: "glm-4p5-air", moe: true, totalB: 106 },
  { contains: "glm-4p5v", moe: true, totalB: 107 },
  { contains: "glm-4p5", moe: true, totalB: 355 },
  { contains: "glm-4p6v-flash", moe: false, totalB: 10.3 },
  { contains: "glm-4p6v", moe: true, totalB: 107 },
  { contains: "glm-4p6", moe: true, totalB: 355 },
  { contains: "glm-4p7-flash", moe: true, totalB: 31.2 },
  { contains: "glm-4p7", moe: true, totalB: 355 },
  { contains: "glm-5", moe: true },
  { contains: "kimi-k2", moe: true, totalB: 1000 },
  { contains: "kimi-vl", moe: true, totalB: 16.4 },
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
  { contains: "phi-3-small", moe: false, totalB: 7.4 },
  { contains: "phi-3-medium", moe: false, totalB: 14 },
  { contains: "phi-3-vision", moe: false, totalB: 4.15 },
  { contains: "phi-3p5-mini", moe: false, totalB: 3.82 },
  { contains: "phi-3p5-moe", moe: true, totalB: 41.9 },
  { contains: "phi-3p5-vision", moe: false, totalB: 4.15 },
  { contains: "phi-4-mini", moe: false, totalB: 3.84 },
  { contains: "phi-4-multimodal", moe: false, totalB: 5.57 },
  { contains: "phi-4-reasoning", moe: false, totalB: 14.7 },
  { contains: "gemma-3n-e2b", moe: false, totalB: 5.4 },
  { contains: "gemma-3n-e4b", moe: false, totalB: 7.8 },
  { contains: "gemma-4-e2b", moe: false, totalB: 5.1 },
  { contains: "gemma-4-e4b", moe: false, totalB: 8 },
  { contains: "qwen1p5-moe", moe: true, totalB: 14.3 },
  { contains: "magistral-small", moe: false, totalB: 23.6 },
  { contains: "pixtral-large", moe: false, totalB: 124 },
  { contains: "falcon-180b", moe: false },
  { contains: "nemotron-4-340b", moe: false },
];

const EMBEDDING = "it is an embedding model, priced by a list of its own that does not name it";
const RERANK = "it is a reranker, and only the rerankers that are listed by name have a price";
const IMAGE = "it is an image or video model, billed by step, image or second and not by token";
const AUDIO = "it is a speech model, billed by audio time and not by token";

/** Words in a name that mean that the model is not billed as a text or vision model. */
export const OTHER_BILLING: ReadonlyMap<string, string> = new Map([
  ...["bge", "gte", "e5", "nomic", "minilm", "mpnet", "uae", "mxbai", "voyage", "instructor", "colbert", "colpali"].map(
    (word) => [word, EMBEDDING] as const,
  ),
  ...[
    "flux",
    "sdxl",
    "sd3",
    "ssd",
    "playground",
    "kontext",
    "controlnet",
    "image",
    "clip",
    "siglip",
    "schnell",
    "sana",
    "wan",
    "wan2",
    "t2v",
    "i2v",
  ].map((word) => [word, IMAGE] as const),
  ...["asr", "tts", "audio", "speech", "orpheus", "kokoro", "voxtral", "parakeet", "canary", "csm", "dia"].map(
    (word) => [word, AUDIO] as const,
  ),
]);

/** The same for parts of words: `embedqa`, `nemoretriever`, `cogvideox`. */
export const OTHER_BILLING_PARTS: readonly (readonly [part: string, reason: string])[] = [
  ["rerank", RERANK],
  ["embed", EMBEDDING],
  ["retriever", EMBEDDING],
  ["diffusion", IMAGE],
  ["video", IMAGE],
  ["whisper", AUDIO],
];
