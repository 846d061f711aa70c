import { useMutation, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../../api/client";
import { unwrap } from "../../../api/problem";
import type { ImportQuery } from "../../../api/types";

const api = workspaceClient();

export interface Upload {
  readonly file: File;
  readonly query: ImportQuery;
}

/** The file goes as it is: the server finds out what it is and in which encoding. */
function sent({ file, query }: Upload) {
  return {
    params: { query },
    // The contract's type of a binary body is string; a File is what fetch takes.
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as Blob,
    headers: { "Content-Type": "application/octet-stream" },
  };
}

export function useCheckImport() {
  return useMutation({
    mutationFn: (upload: Upload) => unwrap(api.POST("/api/invitations/import/check", sent(upload))),
  });
}

/** `digest` ties the confirmation to the check that was on the screen; a repeat makes nothing. */
export function useConfirmImport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ file, query, digest }: Upload & { readonly digest: string }) => {
      const { params, ...rest } = sent({ file, query });
      return unwrap(
        api.POST("/api/invitations/import", {
          ...rest,
          params: { query: { ...params.query, digest } },
        }),
      );
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
}
