// What people type is text, wherever it turns up; the guard hears any script that is refused.
import { manager } from "../support/accounts.ts";
import { declare, note, rows, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

test("markup in a title, a summary or a note stays text", async ({ person }) => {
  const { page } = person;
  const title = unique(`</title><script>alert(1)</script><img src=x onerror="alert(2)"> & "quoted"`);
  const hostile = "<script>alert(3)</script> [click](javascript:alert(4)) <img src=x onerror=alert(5)>";
  page.on("dialog", (dialog) => expect(dialog.message(), "a script ran").toBeUndefined());
  await person.signIn(manager);
  const number = await declare(person, { title, summary: hostile });
  await note(page, `${hostile} noted`, "noted");

  // Drawn once more by the server, as a whole document.
  await person.open(`/incidents/${number}`);
  await expect(page).toHaveTitle(`${number} ${title} · Muster`);
  await expect(page.getByRole("region", { name: "Summary" })).toContainText("<script>alert(3)</script>");
  await expect(timeline(page).first()).toContainText("<script>alert(3)</script>");
  await expect(page.getByRole("main").locator("script, img, a[href^='javascript']")).toHaveCount(0);

  await person.open("/incidents?sort=number");
  await expect(rows(page).filter({ hasText: title })).toHaveCount(1);
  await expect(page.getByRole("main").locator("script, img")).toHaveCount(0);

  await person.open(`/incidents/${number}/edit`);
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(title);
  await expect(page.getByLabel("Summary", { exact: true })).toHaveValue(hostile);
});
