// What every spec starts with: a server per worker, and people who are watched at every step.
import { type BrowserContext, type BrowserContextOptions, expect, test as base } from "@playwright/test";
import { Guard } from "./guard.ts";
import { Muster, type MusterOptions } from "./muster.ts";
import { Person } from "./person.ts";

export { expect };

type Fixtures = {
  /** Somebody with a browser of their own, not signed in. */
  person: Person;
  /** One more of them. */
  another: (options?: BrowserContextOptions) => Promise<Person>;
};

type Shared = {
  /** How the worker's server is started. */
  musterOptions: MusterOptions;
  /** The worker's server. */
  muster: Muster;
};

export const test = base.extend<Fixtures, Shared>({
  musterOptions: [{}, { scope: "worker", option: true }],
  muster: [
    async ({ musterOptions }, use) => {
      const muster = await Muster.start(musterOptions);
      await use(muster);
      await muster.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ muster }, use) => use(muster.url),
  person: async ({ context, page, javaScriptEnabled }, use) => {
    const guard = new Guard(context, javaScriptEnabled ?? true);
    await use(new Person(page, guard, javaScriptEnabled ?? true));
    await guard.judge("what the browser complained about");
  },
  another: async ({ browser, contextOptions, javaScriptEnabled, viewport, baseURL }, use) => {
    const opened: { guard: Guard; context: BrowserContext }[] = [];
    await use(async (options) => {
      const context = await browser.newContext({ ...contextOptions, javaScriptEnabled, viewport, baseURL, ...options });
      const guard = new Guard(context, javaScriptEnabled ?? true);
      opened.push({ guard, context });
      return new Person(await context.newPage(), guard, javaScriptEnabled ?? true);
    });
    try {
      for (const { guard } of opened) await guard.judge("what another browser complained about");
    } finally {
      for (const { context } of opened) await context.close();
    }
  },
});
