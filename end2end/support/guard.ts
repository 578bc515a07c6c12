// Watches everything a browser context does. Whatever is not as it should be fails the test that it happened in.
import { type BrowserContext, type ConsoleMessage, expect, type Page, type Response } from "@playwright/test";

export class Guard {
  private readonly problems: string[] = [];
  private readonly expected = new Map<number, boolean>();
  private disturbed = false;

  constructor(
    private readonly context: BrowserContext,
    private readonly scripted: boolean,
  ) {
    context.on("console", (message) => this.heard(message));
    context.on("weberror", (error) => this.problems.push(`page error: ${error.error().message}`));
    context.on("response", (response) => this.answered(response));
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // Chromium's word for a script that it was told not to run.
      if (!scripted && request.resourceType() === "script") return;
      // A page that is left takes its downloads with it.
      if (why !== "net::ERR_ABORTED" && !this.disturbed) this.problems.push(`${request.method()} ${request.url()} failed: ${why}`);
    });
  }

  /** This test brings about an answer of this status. It must really come. */
  expect(...statuses: number[]): void {
    for (const status of statuses) this.expected.set(status, this.expected.get(status) ?? false);
  }

  /** This test takes the network away: requests that fail are what it is about. */
  disturb(): void {
    this.disturbed = true;
  }

  /** Lets every page finish starting, so that nothing it still has to say is missed, and fails if anything was wrong. */
  async judge(whose: string): Promise<void> {
    await Promise.all(this.context.pages().map((page) => this.started(page)));
    expect(this.report(), whose).toEqual([]);
  }

  /** What was not as it should be, one line each. */
  report(): string[] {
    const missing = [...this.expected].filter(([, seen]) => !seen);
    return [...this.problems, ...missing.map(([status]) => `expected an answer of status ${status}, but none came`)];
  }

  /** Error pages and those of the stand-in have no script to wait for. */
  private async started(page: Page): Promise<void> {
    if (!this.scripted || (await page.locator("script[type=module]").count()) === 0) return;
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
  }

  /** The site's own files are never missing, whatever a test has announced. */
  private answered(response: Response): void {
    const status = response.status();
    if (status < 400) return;
    // A page that looks again by itself may do so a moment after its session has ended. It leaves everything as it is.
    const byItself = /^\/(sfn\/(live|presence)\/|live$)/.test(new URL(response.url()).pathname);
    if (status === 401 && byItself) return;
    const announced = this.expected.has(status) && !new URL(response.url()).pathname.startsWith("/pkg/");
    if (announced) this.expected.set(status, true);
    else this.problems.push(`${response.request().method()} ${response.url()} answered ${status}`);
  }

  /** Hydration mismatches are warnings; violations of the Content Security Policy are errors. */
  private heard(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const text = message.text();
    // Chromium reports each refused request here too; `answered` has judged it already.
    if (text.startsWith("Failed to load resource: the server responded with a status of")) return;
    // The page that ends a sign-in in a window of its own tries to close it, whoever opened it.
    if (text.startsWith("Scripts may close only the windows that were opened by them")) return;
    // The second one is of a page elsewhere that must not be framed: its policy, not ours.
    if (this.disturbed && /^Failed to load resource: net::ERR_|^Framing .* directive: "frame-ancestors /.test(text)) return;
    // Without a script nobody fetches the wasm that the page announces.
    if (!this.scripted && text.includes("was preloaded using link preload but not used")) return;
    this.problems.push(`console ${message.type()} on ${message.location().url}: ${text}`);
  }
}
