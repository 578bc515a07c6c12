// Prints the site's settings from Cargo.toml, the place that cargo-leptos reads too, as shell assignments.
// usage: cargo metadata --no-deps --format-version 1 | node settings.mjs
import { readFileSync } from "node:fs";

const [site] = JSON.parse(readFileSync(0, "utf8")).metadata.leptos;
const quote = (value) => `'${String(value).replaceAll("'", `'\\''`)}'`;

for (const name of [
  "output-name",
  "bin-package",
  "bin-exe-name",
  "lib-package",
  "lib-profile-release",
  "style-file",
  "assets-dir",
  "site-pkg-dir",
]) {
  if (site[name] === undefined) throw new Error(`Cargo.toml: [[workspace.metadata.leptos]] lacks ${name}`);
  console.log(`${name.replaceAll("-", "_")}=${quote(site[name])}`);
}
console.log(`wasm_opt_features=(${site["wasm-opt-features"].map(quote).join(" ")})`);
