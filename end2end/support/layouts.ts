// Where the site stands beside the place where people sign in, which is at 127.0.0.1. To a browser a site is a host
// without its port, and what crosses sites comes without cookies.
export type Layout = { name: string; host: string };

export const LAYOUTS: Layout[] = [
  { name: "same site", host: "127.0.0.1" },
  { name: "other site", host: "localhost" },
];
