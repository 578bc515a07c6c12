// Browsers whose hidden frames have, or have not, the cookies of another site: whether they do is what people switch under
// "Third-party cookies", and Debian's Chromium blocks them from the start.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type Page, chromium as engine } from "@playwright/test";
import { chromium } from "./browsers.ts";
import { Guard } from "./guard.ts";
import { Person } from "./person.ts";

/** `profile.cookie_controls_mode` of Chromium. */
const MODES = { allowed: 0, blocked: 1 } as const;

/** Somebody at a browser that is set like this. */
export async function withCookies(
  thirdParty: keyof typeof MODES,
  baseURL: string,
  act: (person: Person) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "muster-e2e-browser-"));
  mkdirSync(join(folder, "Default"));
  const preferences = { profile: { cookie_controls_mode: MODES[thirdParty] } };
  writeFileSync(join(folder, "Default/Preferences"), JSON.stringify(preferences));
  let context: BrowserContext | undefined;
  try {
    // The certificate of a provider is of this run.
    context = await engine.launchPersistentContext(folder, {
      ...chromium(),
      ignoreHTTPSErrors: true,
      baseURL,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
    });
    await context.addInitScript(() => {
      if (window.top !== window) return;
      const words: string[] = [];
      Object.assign(window, { silent: words });
      new BroadcastChannel("muster-silent").addEventListener("message", ({ data }) => words.push(data.result));
    });
    const guard = new Guard(context, true);
    await act(new Person(context.pages()[0]!, guard, true));
    await guard.judge("what the browser complained about");
  } finally {
    await context?.close();
    rmSync(folder, { recursive: true });
  }
}

/** What frames have found out since the page was opened, word by word. */
export function found(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { silent: string[] }).silent);
}
