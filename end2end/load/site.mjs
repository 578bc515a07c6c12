// A release of Muster with the demonstration's incidents, and an authority of which every secret is known.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scenario = join(import.meta.dirname, "../../server/entra-local/scenarios/demo.toml");
export const muster = "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35";
const daemon = "f2e4b8c7-69a1-4dad-b3c5-7a8e01d92f46";
const contoso = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program and waits for a line of its output. */
async function started(program, args, env, wanted) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const line = printed.split("\n").find((line) => line.includes(wanted));
      if (line) resolve(line);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code} at start\n${printed}`)));
  });
  return { child, line };
}

async function ended(child) {
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await end;
}

/** The world of `make run`, with secrets that we know and the address of this run. */
function knownWorld(folder, secret, url) {
  const written = readFileSync(scenario, "utf8")
    .replaceAll("http://localhost:3000", url)
    .replaceAll(/^client_id = "(.*)"$/gm, `client_id = "$1"\nclient_secret = "${secret}"`);
  const file = join(folder, "scenario.toml");
  writeFileSync(file, written);
  return file;
}

export class Site {
  /** Fills a data folder as `make run` does, and serves it with an authority of its own. */
  static async start({ program, site, entra }) {
    const folder = mkdtempSync(join(tmpdir(), "muster-load-"));
    const [port, standIn] = [await freePort(), await freePort()];
    const url = `http://localhost:${port}`;
    const own = { MUSTER_LISTEN: `127.0.0.1:${port}`, MUSTER_DATA_DIR: join(folder, "data"), MUSTER_SITE_ROOT: site, MUSTER_LOG: "warn" };
    const ready = "Stop with Ctrl-C";
    const filled = await started(program, ["serve"], { ...own, MUSTER_ENTRA_LOCAL_LISTEN: `127.0.0.1:${standIn}` }, ready);
    await ended(filled.child);

    const secret = randomUUID();
    const authority = await started(entra, [knownWorld(folder, secret, url)], {}, "base_url");
    const base = JSON.parse(authority.line).base_url;
    const azure = { AZURE_AUTHORITY_HOST: base, AZURE_TENANT_ID: "organizations", AZURE_CLIENT_ID: muster, AZURE_CLIENT_SECRET: secret };
    const serving = await started(program, ["serve"], { ...own, ...azure, MUSTER_PUBLIC_URL: url }, ready);
    return Object.assign(new Site(), { url, base, secret, folder, children: [serving.child, authority.child] });
  }

  /** A token of the application that works on Contoso's incidents by itself. */
  async token() {
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: daemon, client_secret: this.secret, scope: `api://${muster}/.default` });
    const response = await fetch(new URL(`${contoso}/oauth2/v2.0/token`, this.base), { method: "POST", body });
    if (!response.ok) throw new Error(`no token: ${await response.text()}`);
    return (await response.json()).access_token;
  }

  async stop() {
    for (const child of this.children) await ended(child);
    rmSync(this.folder, { recursive: true });
  }
}
