import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { ApiProblem } from "../../api/problem";
import { LoadError, Loading } from "../parts/load-state";
import { useMe } from "../queries";

export function RequireLogin({ children }: { readonly children: ReactNode }) {
  const me = useMe();
  const { pathname, search } = useLocation();
  if (me.data) return children;
  if (me.error instanceof ApiProblem && me.error.status === 401) {
    return <Navigate replace state={{ from: pathname + search }} to="/login" />;
  }
  if (me.error) return <LoadError error={me.error} onRetry={() => void me.refetch()} />;
  return <Loading />;
}
