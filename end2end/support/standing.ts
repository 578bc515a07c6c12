// The bar at the foot of the window that says how the session stands.
import { type Locator, type Page, type Response, expect } from "@playwright/test";
import type { Muster } from "./muster.ts";

export const bar = (page: Page): Locator => page.getByRole("complementary", { name: "Your session" });
/** What is read out of it. */
export const says = (page: Page): Locator => bar(page).locator("[aria-live]");

/** The server's clock and the page's, moved on together. */
export async function pass(muster: Muster, page: Page, seconds: number, before = 0): Promise<void> {
  await muster.order({ do: "set_clock", offset_seconds: before + seconds });
  await page.clock.fastForward(seconds * 1_000);
}

/** Time goes by in the page until it asks how the session stands. A question that is on its way already is not asked twice. */
export async function asks(page: Page): Promise<Response> {
  let came = false;
  const answered = page.waitForResponse(/\/session-status$/).finally(() => (came = true));
  await expect
    .poll(async () => {
      if (!came) await page.clock.fastForward(70_000);
      return came;
    })
    .toBe(true);
  return answered;
}
