// Whoever runs the site sees how much of the provider's quota is in use, where silent checks count it.
import { admin, viewer } from "../support/accounts.ts";
import { inspectAll } from "../support/inspect.ts";
import { expect, test } from "../support/test.ts";

test.use({ musterOptions: { more: { MUSTER_SILENT_CHECK: "on" } } });

test("the quota in use is said in words and drawn", async ({ person, another }) => {
  const { page } = person;
  await person.signIn(admin);
  const menu = await person.openMenu();
  await menu.getByRole("link", { name: "Signing in" }).click();
  await expect(page).toHaveURL("/admin/sign-in");
  await expect(page.getByRole("meter")).toHaveCount(2);
  const own = page.locator(".meter").filter({ hasText: "Of Muster itself" });
  const count = async (): Promise<number> => parseInt(await own.locator("p").last().innerText(), 10);
  const before = await count();
  expect(before, "the token of this sign-in").toBeGreaterThan(0);
  await inspectAll(person, "operators-quota");
  await (await another()).signIn(viewer);
  expect(await count(), "it stands still until somebody looks").toBe(before);
  await page.getByRole("link", { name: "Look again" }).click();
  await expect.poll(count, "the token of another sign-in").toBeGreaterThan(before);
});
