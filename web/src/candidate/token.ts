const KEY = "candor.link";

/**
 * The token stands after `#`, so it never reaches a server's log. The tab keeps a copy, so that a
 * reload works even where something cut the fragment off.
 */
export function linkToken(): string | null {
  const token = window.location.hash.slice(1);
  if (token === "") return sessionStorage.getItem(KEY);
  sessionStorage.setItem(KEY, token);
  return token;
}
