// The app's own list of pages, out of its source: a page that is added there and not walked fails the walk.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Patterns such as /incidents/{number}. */
export function pagePatterns(): string[] {
  const source = readFileSync(join(import.meta.dirname, "../../app/src/routes.rs"), "utf8");
  const constants = new Map(
    [...source.matchAll(/const (\w+): &str = "([^"]+)"/g)].map(([, name, path]) => [name!, path!]),
  );
  const list = /const PAGES: \[Page; (\d+)\] = \[(.*?)\];/s.exec(source);
  const pages = [...(list?.[2] ?? "").matchAll(/page\((?:"([^"]+)"|(\w+)),/g)];
  const patterns = pages.map(([, path, name]) => path ?? constants.get(name!));
  if (patterns.length !== Number(list?.[1]) || patterns.includes(undefined)) {
    throw new Error("the list PAGES in app/src/routes.rs could not be read");
  }
  return patterns as string[];
}
