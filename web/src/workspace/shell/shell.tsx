import { AppShell, Burger, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useEffect } from "react";
import { Navigate, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import type { Me, Permission } from "../../api/types";
import { useText } from "../../i18n";
import { Brand } from "../../ui/brand";
import { Icon } from "../../ui/icons";
import { LanguageSwitch } from "../../ui/language";
import { MentionsMenu } from "../case/mentions-menu";
import { Loading } from "../parts/load-state";
import { NotFound } from "../parts/not-found";
import { useLogout, useMay, useMe, useSetLocale } from "../queries";
import { HelpMenu } from "../tour/help-menu";
import { StatusBanner } from "./status-banner";
import { ThemeSwitch } from "./theme-switch";

const LINKS = [
  { path: "/queue", key: "nav.queue", icon: "list", needs: "cases.read" },
  { path: "/live", key: "nav.live", icon: "live", needs: "cases.read" },
  { path: "/plans", key: "nav.plans", icon: "plan", needs: "plans.read" },
  { path: "/invitations", key: "nav.invitations", icon: "mail", needs: "invitations.read" },
  { path: "/requests", key: "nav.requests", icon: "person", needs: "invitations.read" },
  { path: "/sheets", key: "nav.sheets", icon: "lock", needs: "cases.rate" },
  { path: "/trials", key: "nav.trials", icon: "balance", needs: "trials.read" },
  { path: "/people", key: "nav.people", icon: "people", needs: "people.read" },
  { path: "/audit", key: "nav.audit", icon: "chain", needs: "audit.read" },
] as const;

/** Places within a page of the menu that need more than it. */
const INNER = [
  { path: "/plans/new", needs: "plans.write" },
  { path: "/plans/draft", needs: "plans.write" },
  { path: "/invitations/import", needs: "invitations.import" },
  { path: "/adoption", needs: "trials.read" },
  { path: "/calibration", needs: "trials.read" },
] as const;

/** Pages outside the menu are for everybody who may sign in. */
function isAllowed(pathname: string, may: (needed: Permission) => boolean): boolean {
  const place = [...INNER, ...LINKS].find(({ path }) => pathname.startsWith(path));
  return !place || may(place.needs);
}

/** To the first page that one's role opens. */
export function Home() {
  const may = useMay();
  return <Navigate replace to={LINKS.find(({ needs }) => may(needs))?.path ?? "/queue"} />;
}

export function Shell() {
  const { t } = useText();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const me = useMe().data;
  const may = useMay();
  const setLocale = useSetLocale();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu
  useEffect(() => close(), [pathname, close]);

  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <AppShell.Header className="head">
        <a className="skip" href="#content">
          {t("nav.skip")}
        </a>
        <Burger
          aria-expanded={isOpen}
          aria-label={t("nav.open")}
          hiddenFrom="sm"
          onClick={toggle}
          opened={isOpen}
          size="sm"
        />
        <Brand />
        <div className="head-tools">
          <MentionsMenu />
          <LanguageSwitch onChosen={(locale) => setLocale.mutate(locale)} />
          <HelpMenu />
          <ThemeSwitch />
        </div>
      </AppShell.Header>
      <AppShell.Navbar className="nav">
        <nav aria-label={t("nav.label")}>
          {LINKS.filter(({ needs }) => may(needs)).map((link) => (
            <NavLink
              className="nav-link"
              data-testid={`nav-${link.path.slice(1)}`}
              key={link.path}
              to={link.path}
            >
              <Icon name={link.icon} />
              {t(link.key)}
            </NavLink>
          ))}
        </nav>
        {me && <Account me={me} />}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <StatusBanner />
        <Suspense fallback={<Loading />}>
          {isAllowed(pathname, may) ? <Outlet /> : <NotFound title={t("errors.forbidden")} />}
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

function Account({ me }: { readonly me: Me }) {
  const { t } = useText();
  const logout = useLogout();
  const navigate = useNavigate();
  return (
    <div className="account">
      <div className="account-name">{me.name}</div>
      <div className="muted small">{t(`role.${me.role}`)}</div>
      <Button
        data-testid="logout"
        fullWidth
        mt="xs"
        onClick={() => logout.mutate(undefined, { onSettled: () => void navigate("/login") })}
        size="xs"
        variant="default"
      >
        {t("nav.logout")}
      </Button>
    </div>
  );
}
