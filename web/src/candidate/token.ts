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

/** Wall time in ms at which `name` was first asked for in this tab; survives a reload. */
export function startedAt(name: string, now: number): number {
  const key = `candor.at.${name}`;
  const stored = Number(sessionStorage.getItem(key));
  if (stored > 0) return stored;
  sessionStorage.setItem(key, String(now));
  return now;
}
