// Lets other people's clients judge entra-local: serves scenario.toml over TLS, then runs each judge against it.
// usage: node run.mjs SERVE PYTHON
//   SERVE   the built example: target/debug/examples/serve
//   PYTHON  an interpreter with requirements.txt installed
import { execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [serve, python] = process.argv.slice(2);
const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "judges-"));
const certificate = join(folder, "certificate.pem");
const scenario = join(folder, "scenario.toml");
const secret = randomUUID();
// What applications prove themselves with besides the secret: a certificate, and tokens of somebody they trust.
const client = execFileSync(python, [join(here, "certificate.py")], { encoding: "utf8" });
const clientCertificate = client.slice(client.indexOf("-----BEGIN CERTIFICATE"));
const federation = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const values = { SECRET: secret, CERTIFICATE: clientCertificate, FEDERATION: federation.publicKey };
const written = readFileSync(join(here, "scenario.toml"), "utf8").replace(/"(SECRET|CERTIFICATE|FEDERATION)"/g, (_, name) => JSON.stringify(values[name]));
writeFileSync(scenario, written);

// Its standard input is ours to close: it ends when we do, however we end.
const entra = spawn(serve, [scenario, "--tls", "--certificate", certificate], { stdio: ["pipe", "pipe", "inherit"] });
let failed = false;
try {
  const [line] = await Promise.race([
    once(createInterface({ input: entra.stdout }), "line"),
    once(entra, "exit").then(() => Promise.reject(new Error("entra-local ended before it listened"))),
  ]);
  const settings = {
    ENTRA_LOCAL_URL: JSON.parse(line).base_url,
    ENTRA_LOCAL_SECRET: secret,
    ENTRA_LOCAL_CERTIFICATE: certificate,
    ENTRA_LOCAL_CLIENT: client,
    ENTRA_LOCAL_FEDERATION: federation.privateKey,
    NODE_EXTRA_CA_CERTS: certificate,
    // Python's requests lets this one win over what a program sets.
    REQUESTS_CA_BUNDLE: certificate,
  };
  // By name: from Node.js 22 on, a folder is taken for a module.
  const tests = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).map((name) => join(here, name));
  const judges = [
    [process.execPath, ["--test", "--test-reporter=tap", "--test-concurrency=1", ...tests]],
    [python, ["-m", "unittest", "discover", "--start-directory", here]],
  ];
  for (const [program, args] of judges) {
    const judge = spawn(program, args, { env: { ...process.env, ...settings, PYTHONDONTWRITEBYTECODE: "1" }, stdio: ["ignore", "inherit", "inherit"] });
    const [code] = await once(judge, "exit");
    failed ||= code !== 0;
  }
} finally {
  entra.stdin.end();
  if (entra.exitCode === null) await once(entra, "exit");
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
