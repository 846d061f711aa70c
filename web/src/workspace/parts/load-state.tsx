import { Button, Loader } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";

export function Loading() {
  const { t } = useText();
  return (
    <div className="loading" role="status">
      <Loader size="sm" />
      <span>{t("loading")}</span>
    </div>
  );
}

interface ErrorProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

export function LoadError({ error, onRetry }: ErrorProps) {
  const text = useText();
  return (
    <Message tone="danger" title={text.t("errors.title")} isUrgent>
      <p>{errorText(text, error)}</p>
      <Button mt="sm" onClick={onRetry} size="xs" variant="default">
        {text.t("action.retry")}
      </Button>
    </Message>
  );
}

interface Props<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

/** Loading, failed, or there: every page shows the three in the same way. */
export function Loaded<T>({ query, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading />;
}
