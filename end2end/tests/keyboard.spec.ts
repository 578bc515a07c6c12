// Everything works without a pointer, and the focus can always be seen.
import { manager } from "../support/accounts.ts";
import { unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test("the first stop skips to the content", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await person.open("/incidents");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("every stop on the way through a page can be seen", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents/new");
  const stops = await page.locator("a[href], button, input:not([type=hidden]), select, textarea").count();
  const unseen: string[] = [];
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press("Tab");
    const unmarked = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
      const marked = (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
      return marked ? null : focused.outerHTML.slice(0, 120);
    });
    if (unmarked) unseen.push(unmarked);
  }
  expect(unseen).toEqual([]);
});

test("an incident is declared by keyboard alone", async ({ person }) => {
  const { page } = person;
  const title = unique("Typed, not clicked");
  await person.signIn(manager, "/incidents/new");
  const reach = async (label: string) => {
    const field = page.getByLabel(label, { exact: true });
    for (let stop = 0; stop < 60 && !(await field.evaluate((it) => it === document.activeElement)); stop += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(field).toBeFocused();
  };
  await reach("Title");
  await page.keyboard.type(title);
  await reach("Severity");
  await page.keyboard.type("SEV2");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.locator(".incident-header .severity")).toContainText("SEV2");
});
