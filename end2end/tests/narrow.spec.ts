// The narrowest screen that WCAG 2.2 asks for (1.4.10): 320 wide.
import { manager } from "../support/accounts.ts";
import { rows } from "../support/incidents.ts";
import { fits } from "../support/inspect.ts";
import { expect, test } from "../support/test.ts";

test.use({ viewport: { width: 320, height: 640 } });

test("rows become cards, and nothing has to be scrolled sideways", async ({ person }) => {
  const { page } = person;
  await page.goto("/");
  await fits(page, "start");
  await person.signIn(manager, "/incidents?tab=all");
  await fits(page, "list");
  const row = rows(page).first();
  const [title, status] = await Promise.all([
    row.locator(".c-title").boundingBox(),
    row.locator(".c-status").boundingBox(),
  ]);
  expect(status!.y, "the status stands above or below the title").not.toBeCloseTo(title!.y, 0);
  for (const path of ["/incidents/new", "/incidents/INC-100", "/incidents/INC-100/edit"]) {
    await person.open(path);
    await fits(page, path);
  }
});
