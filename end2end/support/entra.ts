// The stand-in for Entra ID as a process of its own, with people and applications that the test brings.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = process.env.ENTRA_LOCAL_BIN ?? join(import.meta.dirname, "../../target/debug/examples/serve");

export class EntraLocal {
  private constructor(
    /** Always by the name 127.0.0.1, ending in a slash. */
    readonly base: string,
    /** Over TLS, the file with the certificate to trust. */
    readonly certificate: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Serves a scenario file (server/entra-local/README.md); over TLS its cookies work in frames of other sites. */
  static async start(scenario: string, tls = false): Promise<EntraLocal> {
    if (!existsSync(program)) {
      const how = "cargo build --package entra-local --example serve";
      throw new Error(`${program} is missing: build it with \`${how}\`, or set ENTRA_LOCAL_BIN`);
    }
    const folder = mkdtempSync(join(tmpdir(), "muster-e2e-entra-"));
    const certificate = join(folder, "certificate.pem");
    try {
      const file = join(folder, "scenario.toml");
      writeFileSync(file, scenario);
      // It ends when we close its standard input, however we end.
      const args = tls ? [file, "--tls", "--certificate", certificate] : [file];
      const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
      const line = await new Promise<string>((resolve, reject) => {
        createInterface({ input: child.stdout }).once("line", resolve);
        child.once("error", reject);
        child.once("exit", (code) => reject(new Error(`entra-local ended with ${code} at start`)));
      });
      return new EntraLocal((JSON.parse(line) as { base_url: string }).base_url, certificate, child, folder);
    } catch (problem) {
      rmSync(folder, { recursive: true });
      throw problem;
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.stdin!.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }
}
