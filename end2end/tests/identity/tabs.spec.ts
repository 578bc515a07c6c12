// Many sign-ins at once, and one answer twice.
import { manager } from "../../support/accounts.ts";
import { expect, signInPage, test } from "../../support/world.ts";

// It is the server's work; twenty pages that start their scripts at once keep a machine busy for nothing.
test.use({ javaScriptEnabled: false });

const TABS = 20;

test("twenty tabs of one browser sign in at once and all arrive where they wanted", async ({ person, world }) => {
  const context = person.page.context();
  const others = Array.from({ length: TABS - 1 }, () => context.newPage());
  const tabs = [person.page, ...(await Promise.all(others))];
  const wanted = (tab: number) => `/incidents/new?tab=${tab}`;
  // The stand-in knows a browser by a cookie, which comes with its first page.
  await person.page.goto(wanted(0));
  // All have begun before the first one is completed.
  await Promise.all(tabs.map((page, tab) => (tab === 0 ? null : page.goto(wanted(tab)))));
  for (const page of tabs) await expect(page).toHaveURL(signInPage(world));

  await Promise.all(tabs.map((page) => page.getByRole("button", { name: manager.username }).click()));
  for (const [tab, page] of tabs.entries()) {
    await expect(page).toHaveURL(wanted(tab));
    await expect(page.getByRole("heading", { level: 1, name: "Declare an incident" })).toBeVisible();
    await expect(page.getByRole("banner")).toContainText(manager.name);
  }
});

test("an answer that was used already signs nobody in, also after signing out", async ({ person }) => {
  const { page } = person;
  const callback = page.waitForRequest(/\/auth\/callback\?/);
  await person.signIn(manager);
  const used = (await callback).url();
  person.guard.expect(400);

  await page.goto(used);
  await expect(page.getByRole("heading", { level: 1, name: "This sign-in cannot be continued" })).toBeVisible();
  await person.open("/incidents");
  await expect(page.getByRole("banner")).toContainText(manager.name);

  await person.signOut();
  await page.goto(used);
  await expect(page.getByRole("heading", { level: 1, name: "This sign-in cannot be continued" })).toBeVisible();
  await page.goto("/incidents");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
