// Which browsers are driven. Debian's Chromium where there is one: Playwright's own cannot be downloaded everywhere.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The first program of this name on PATH. */
function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** How Chromium is started: CHROMIUM_PATH, else `chromium` on PATH, else the one that Playwright downloaded. */
export function chromium(): { executablePath?: string; args: string[] } {
  const executablePath = process.env.CHROMIUM_PATH || onPath("chromium");
  return {
    ...(executablePath ? { executablePath } : {}),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}

/** FIREFOX_PATH, else `firefox-esr` or `firefox` on PATH. */
export function firefox(): string {
  const path = process.env.FIREFOX_PATH || onPath("firefox-esr") || onPath("firefox");
  if (!path) {
    throw new Error("Firefox is missing: install firefox-esr, or set FIREFOX_PATH to the program");
  }
  return path;
}
