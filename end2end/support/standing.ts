// The bar at the foot of the window that says how the session stands.
import { type Locator, type Page, type Request, type Response, expect } from "@playwright/test";
import type { Muster } from "./muster.ts";

export const bar = (page: Page): Locator => page.getByRole("complementary", { name: "Your session" });
/** What is read out of it. */
export const says = (page: Page): Locator => bar(page).locator("[aria-live]");

/** The server's clock and the page's, moved on together. */
export async function pass(muster: Muster, page: Page, seconds: number, before = 0): Promise<void> {
  await muster.order({ do: "set_clock", offset_seconds: before + seconds });
  await page.clock.fastForward(seconds * 1_000);
}

const STATUS = /\/session-status$/;

/**
 * Time goes by in the page until it asks how the session stands, and not a moment longer: what it does with the answer has a
 * clock as well. A question that is on its way already is not asked twice.
 */
export async function asks(page: Page): Promise<Response> {
  let begun = false;
  const on = (request: Request) => {
    begun ||= STATUS.test(request.url());
  };
  page.on("request", on);
  const answered = page.waitForResponse(STATUS).finally(() => {
    begun = true;
    page.off("request", on);
  });
  await expect
    .poll(async () => {
      if (!begun) await page.clock.fastForward(70_000);
      return begun;
    })
    .toBe(true);
  return answered;
}

/** Opens a window by a button, does what there is to be done in it, and waits until it has closed itself. */
export async function inWindow(
  page: Page,
  button: Locator,
  act: (there: Page) => Promise<unknown> = async () => {},
): Promise<void> {
  const opened = page.context().waitForEvent("page");
  const over = opened.then((there) => Promise.all([there.waitForEvent("close"), act(there)]));
  await button.click();
  await over;
}
