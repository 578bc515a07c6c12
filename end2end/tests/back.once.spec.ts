// Browsers keep a page that was left in memory, to show it at once on the way back. Playwright switches that off; here it
// is on, as people have it.
import { manager } from "../support/accounts.ts";
import { chromium } from "../support/browsers.ts";
import { declare, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test.use({ launchOptions: { ...chromium(), ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

test("a page kept in memory does not come back after signing out", async ({ person }) => {
  const { page } = person;
  const title = unique("Kept in memory");
  await person.signIn(manager);
  await declare(person, { title });
  await person.signOut();

  for (let steps = 0; !page.url().includes("/authorize") && steps < 4; steps += 1) {
    await page.goBack();
    await expect(page.getByText(title)).toHaveCount(0);
  }
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
