import { useMemo } from "react";
import { candidateClient } from "../api/client";

export function useClient(token: string) {
  return useMemo(() => candidateClient(token), [token]);
}
