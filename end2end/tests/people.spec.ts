// The picture of whoever is signed in, and naming people: without a script by ticking boxes.
import { manager, responder, viewer } from "../support/accounts.ts";
import { declareButton, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test("a picture stands where the initials stood, in the same place", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const avatar = page.getByRole("banner").locator(".avatar");
  const picture = avatar.locator("img");
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(48);
  await expect(picture).toHaveAttribute("alt", "");
  await expect(avatar).toHaveText("IO");
  const [around, within] = [await avatar.boundingBox(), await picture.boundingBox()];
  expect(within).toEqual(around);
});

test("without a picture the initials are seen", async ({ person }) => {
  await person.signIn(responder);
  const avatar = person.page.getByRole("banner").locator(".avatar");
  await expect(avatar).toHaveText("MC");
  const picture = avatar.locator("img");
  // One that shows nothing: in place of none at all a browser draws a broken one.
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  const seen = await avatar.screenshot();
  await picture.evaluate((img) => img.remove());
  expect((await avatar.screenshot()).equals(seen)).toBe(true);
  const { width, height } = (await avatar.boundingBox())!;
  expect([width, height]).toEqual([32, 32]);
});

test("people are named by ticking boxes, with a script and without", async ({ person, another }) => {
  await (await another()).signIn(viewer);
  const { page } = person;
  const title = unique("For a few");
  await person.signIn(manager, "/incidents/new");
  const find = page.getByRole("combobox", { name: "Find a colleague" });
  if (person.scripted) await expect(find).toBeVisible();
  else await expect(find).toBeHidden();
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV3");
  await page.getByLabel("Who may see it").selectOption("restricted");
  await page.getByRole("group", { name: "People" }).getByLabel(viewer.name).check();
  await declareButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
});
