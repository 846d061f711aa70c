import { Button, CopyButton, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { CaseLink, LinkBody } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { Dialog } from "../parts/dialog";
import { Loaded } from "../parts/load-state";

const api = workspaceClient();
const DAYS = ["1", "3", "7", "14", "30"];
const DAY_MS = 86_400_000;

interface Props {
  readonly caseId: string;
  readonly onClose: () => void;
}

function useLinks(session_id: string) {
  const queries = useQueryClient();
  const queryKey = ["case-links", session_id];
  const params = { path: { session_id } };
  const onSettled = () => queries.invalidateQueries({ queryKey });
  return {
    links: useQuery({
      queryKey,
      queryFn: () => unwrap(api.GET("/api/review/cases/{session_id}/links", { params })),
    }),
    make: useMutation({
      mutationFn: (body: LinkBody) =>
        unwrap(api.POST("/api/review/cases/{session_id}/links", { params, body })),
      onSettled,
    }),
    revoke: useMutation({
      mutationFn: (link_id: string) =>
        unwrap(
          api.POST("/api/review/cases/{session_id}/links/{link_id}/revoke", {
            params: { path: { session_id, link_id } },
          }),
        ),
      onSettled,
    }),
  };
}

export function LinksDialog({ caseId, onClose }: Props) {
  const text = useText();
  const { t } = text;
  const { links, make, revoke } = useLinks(caseId);
  const [label, setLabel] = useState("");
  const [days, setDays] = useState("3");
  const create = () =>
    make.mutate(
      {
        label: label.trim(),
        // A minute less, so that thirty days by this clock are not more by the server's.
        expires_at: new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString(),
      },
      { onSuccess: () => setLabel("") },
    );
  return (
    <Dialog isOpen onClose={onClose} size="lg" title={t("out.shareTitle")}>
      <p className="muted">{t("out.shareLead")}</p>
      <form
        className="link-form"
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <TextInput
          data-autofocus
          data-testid="link-label"
          description={t("out.labelHint")}
          label={t("out.label")}
          onChange={(event) => setLabel(event.currentTarget.value)}
          required
          value={label}
        />
        <Select
          allowDeselect={false}
          data={DAYS.map((value) => ({ value, label: t("out.days", { count: value }) }))}
          label={t("out.ends")}
          onChange={(value) => setDays(value ?? "3")}
          value={days}
        />
        <Button data-testid="link-make" loading={make.isPending} type="submit">
          {t("out.make")}
        </Button>
      </form>
      {make.error && (
        <Message isUrgent tone="danger">
          {errorText(text, make.error)}
        </Message>
      )}
      {make.data && (
        <Message title={t("out.once")} tone="ok">
          <code className="break" data-testid="link-made">
            {make.data.link}
          </code>
          <CopyButton value={make.data.link}>
            {({ copied, copy }) => (
              <div>
                <Button mt="xs" onClick={copy} size="xs" variant="default">
                  {t(copied ? "out.copied" : "out.copy")}
                </Button>
              </div>
            )}
          </CopyButton>
        </Message>
      )}
      <Loaded query={links}>
        {(found) => <LinkList links={found} onRevoke={(id) => revoke.mutate(id)} />}
      </Loaded>
    </Dialog>
  );
}

interface ListProps {
  readonly links: readonly CaseLink[];
  readonly onRevoke: (id: string) => void;
}

function LinkList({ links, onRevoke }: ListProps) {
  const { t } = useText();
  const { dateTime } = useDates();
  const now = new Date().toISOString();
  if (links.length === 0) return null;
  return (
    <ul className="said-list" data-testid="links">
      {links.map((link) => {
        const isOver = link.revoked_at !== null || link.expires_at < now;
        return (
          <li className="link-line" key={link.id}>
            <div>
              <strong>{link.label}</strong>
              <p className="muted small">
                {link.revoked_at
                  ? t("out.revokedAt", { at: dateTime(link.revoked_at) })
                  : t("out.until", { at: dateTime(link.expires_at) })}
                {" · "}
                {t("out.views", { count: link.views })}
                {link.last_view_at && ` · ${dateTime(link.last_view_at)}`}
              </p>
            </div>
            {!isOver && (
              <Button
                data-testid="link-revoke"
                onClick={() => onRevoke(link.id)}
                size="xs"
                variant="default"
              >
                {t("out.revoke")}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
