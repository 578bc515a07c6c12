// A server of one's own: free ports, a fresh data folder, stopped and removed at the end.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./ports.ts";

const repository = join(import.meta.dirname, "..", "..");
const program = process.env.MUSTER_BIN ?? join(repository, "target/release/muster");
const site = process.env.LEPTOS_SITE_ROOT ?? join(repository, "target/site");
const logs = join(import.meta.dirname, "..", "artefacts", "logs");

export type MusterOptions = {
  /** Settings beside ports, folders and logging. */
  settings?: Record<string, string>;
  /** More settings for the development sign-in. */
  more?: Record<string, string>;
  /** Start without made-up incidents. */
  empty?: boolean;
  /** The site's port, where somebody else has to know it beforehand. */
  port?: number;
  /** The name by which browsers know it: `localhost` unless the test is about sites. */
  host?: string;
};

export class Muster {
  private process?: ChildProcess;
  private readonly dataDir = mkdtempSync(join(tmpdir(), "muster-e2e-"));

  private constructor(
    private readonly port: number,
    private readonly standInPort: number,
    private readonly options: MusterOptions,
  ) {}

  /** Starts a server and waits until people can sign in. */
  static async start(options: MusterOptions = {}): Promise<Muster> {
    if (!existsSync(program)) {
      throw new Error(`${program} is missing: build it with .ci/build.sh, or set MUSTER_BIN`);
    }
    const [port, standInPort] = await freePorts(2);
    const muster = new Muster(options.port ?? port!, standInPort!, options);
    await muster.launch();
    return muster;
  }

  /** The site. */
  get url(): string {
    return `http://${this.options.host ?? "localhost"}:${this.port}`;
  }

  /** The development sign-in: another host, so another site for the browser. */
  get standIn(): string {
    return `http://127.0.0.1:${this.standInPort}`;
  }

  /** Pulls a lever of the development sign-in (server/entra-local/README.md). Sessions go by its clock. */
  async order(order: { do: string; [detail: string]: unknown }): Promise<void> {
    const answer = await fetch(`${this.standIn}/entra-local/control/orders`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(order),
    });
    if (!answer.ok) throw new Error(`the stand-in refused ${order.do}: ${await answer.text()}`);
  }

  /** Kills the process without a warning and starts it again on the same ports and data. */
  async crash(): Promise<void> {
    await this.end("SIGKILL");
    await this.launch();
  }

  /** Runs a command beside the server, as an operator would; what it printed. */
  command(...args: string[]): string {
    return execFileSync(program, args, { env: this.environment(), encoding: "utf8" });
  }

  /** Stops the server as an operator would, and removes its data. */
  async stop(): Promise<void> {
    const code = await this.end("SIGTERM");
    rmSync(this.dataDir, { recursive: true });
    if (code !== 0) {
      throw new Error(`muster ended with ${code} after SIGTERM, see ${logs}`);
    }
  }

  private async launch(): Promise<void> {
    const child = spawn(program, this.options.empty ? ["serve", "--empty"] : ["serve"], {
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    mkdirSync(logs, { recursive: true });
    const log = createWriteStream(join(logs, `muster-${this.port}.log`), { flags: "a" });
    child.stderr.pipe(log);
    await new Promise<void>((resolve, reject) => {
      let printed = "";
      child.stdout.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("Muster is at")) resolve();
      });
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`muster ended with ${code} at start, see ${logs}\n${printed}`)));
    });
    const ready = await fetch(`${this.url}/readyz`);
    if (!ready.ok) {
      throw new Error(`muster started but is not ready: ${await ready.text()}`);
    }
  }

  /** Nothing of the settings around the tests gets through. */
  private environment(): Record<string, string> {
    const kept = ["PATH", "HOME", "TMPDIR", "LANG"].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    return {
      ...Object.fromEntries(kept),
      MUSTER_LISTEN: `127.0.0.1:${this.port}`,
      MUSTER_DATA_DIR: this.dataDir,
      MUSTER_SITE_ROOT: site,
      ...(this.options.settings ?? { MUSTER_ENTRA_LOCAL_LISTEN: `127.0.0.1:${this.standInPort}` }),
      ...this.options.more,
    };
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return ended;
  }
}
