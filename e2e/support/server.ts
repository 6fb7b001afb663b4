import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { emptyDatabase } from "./database";

const READY_WITHIN = 30_000;
const STOPPED_WITHIN = 15_000;

/** The real program, on a free port and an empty database of its own. */
export interface Rapport {
  /** Without a slash at the end. */
  url: string;
  /** The link that makes the account and its owner, as the program printed it. */
  setupUrl: string;
  /** The code in that link. */
  setupCode: string;
  /** Everything that the program has printed so far. */
  output(): string;
  /** Ends it as an operator would, and removes its database. */
  stop(): Promise<void>;
}

/** Starts `RAPPORT_BIN` with the app in `RAPPORT_APP_DIR`; `environment` is added to its configuration. */
export async function startRapport(environment: Record<string, string> = {}): Promise<Rapport> {
  const program = required("RAPPORT_BIN");
  const app = required("RAPPORT_APP_DIR");
  const database = await emptyDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["serve"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      RUST_BACKTRACE: "1",
      RAPPORT_APP_DIR: app,
      RAPPORT_DATABASE_URL: database.url,
      RAPPORT_LISTEN: `127.0.0.1:${port}`,
      RAPPORT_PUBLIC_URL: url,
      RAPPORT_SECRET_KEY: randomBytes(32).toString("hex"),
      ...environment,
    },
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  // Should the test runner end without stopping it.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  const stop = async () => {
    try {
      await end(child);
    } finally {
      process.off("exit", kill);
      await database.remove();
    }
  };
  try {
    await ready(child, url);
    const setupUrl = await printed(child, () => /^Set up Rapport: (\S+)$/m.exec(output)?.[1]);
    const setupCode = /#code=(.+)$/.exec(setupUrl)?.[1];
    if (!setupCode) throw new Error(`no code in ${setupUrl}`);
    return { url, setupUrl, setupCode, output: () => output, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : error}\n--- ${program} printed:\n${output}`);
  }
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  await printed(child, async () => {
    try {
      return (await fetch(`${url}/readyz`)).ok ? "ready" : undefined;
    } catch {
      return undefined;
    }
  });
}

/** Waits until `look` finds something, as long as the program runs. */
async function printed(
  child: ChildProcess,
  look: () => string | undefined | Promise<string | undefined>,
): Promise<string> {
  const deadline = Date.now() + READY_WITHIN;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (ended(child)) throw new Error(`the server ended (${child.exitCode ?? child.signalCode})`);
    if (Date.now() > deadline) throw new Error(`the server is not ready after ${READY_WITHIN} ms`);
    await pause(20);
  }
}

/** SIGTERM, as an operator would; a program that does not obey is a mistake. */
async function end(child: ChildProcess): Promise<void> {
  if (ended(child)) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const late = new AbortController();
  const patience = pause(STOPPED_WITHIN, "late" as const, { signal: late.signal });
  patience.catch(() => undefined);
  const result = await Promise.race([exited, patience]);
  late.abort();
  if (result === "late") {
    child.kill("SIGKILL");
    throw new Error(`the server did not end within ${STOPPED_WITHIN} ms of SIGTERM`);
  }
  if (child.exitCode !== 0) {
    throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("no free port"));
      });
    });
  });
}

function required(name: string): string {
  const value = process.env[name];
  if (!value || !existsSync(value)) {
    throw new Error(`${name}=${value ?? ""}: nothing there; run \`cargo xtask e2e\``);
  }
  return value;
}
