import { ActionIcon, Indicator, Menu } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useDates } from "../format";
import { useMay } from "../queries";

const api = workspaceClient();

/** Where colleagues call me; opening one marks what calls me in that case as seen. */
export function MentionsMenu() {
  const { t } = useText();
  const { dateTime } = useDates();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isAllowed = useMay()("cases.read");
  const mentions = useQuery({
    queryKey: ["mentions"],
    queryFn: () => unwrap(api.GET("/api/review/mentions")),
    enabled: isAllowed,
    refetchInterval: 60_000,
  });
  if (!isAllowed) return null;
  const found = mentions.data ?? [];
  const count = found.filter((one) => one.is_new).length;
  const open = (session_id: string) => {
    navigate(`/cases/${session_id}`);
    const path = { params: { path: { session_id } } };
    void unwrap(api.POST("/api/review/cases/{session_id}/mentions/seen", path)).then(() =>
      queries.invalidateQueries({ queryKey: ["mentions"] }),
    );
  };
  return (
    <Menu position="bottom-end" width={320} withinPortal>
      <Indicator disabled={count === 0} label={count} offset={6} size={16}>
        <Menu.Target>
          <ActionIcon
            aria-label={t("mention.open", { count })}
            data-testid="mentions"
            size="lg"
            variant="subtle"
          >
            <Icon name="bell" />
          </ActionIcon>
        </Menu.Target>
      </Indicator>
      <Menu.Dropdown aria-label={t("mention.title")}>
        {found.length === 0 && <p className="muted small menu-note">{t("mention.none")}</p>}
        {found.slice(0, 8).map((one) => (
          <Menu.Item
            data-testid="mention"
            key={one.comment_id}
            onClick={() => open(one.session_id)}
          >
            <span className="small muted">
              {one.by} · {dateTime(one.created_at)}
            </span>
            <span className={one.is_new ? "mention-text strong" : "mention-text"}>{one.text}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
