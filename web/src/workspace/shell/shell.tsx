import { AppShell, Burger, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useEffect } from "react";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import type { Me } from "../../api/types";
import { useText } from "../../i18n";
import { Brand } from "../../ui/brand";
import { Icon } from "../../ui/icons";
import { LanguageSwitch } from "../../ui/language";
import { Loading } from "../parts/load-state";
import { NotFound } from "../parts/not-found";
import { useLogout, useMe, useSetLocale } from "../queries";
import { StatusBanner } from "./status-banner";
import { ThemeSwitch } from "./theme-switch";

const LINKS = [
  { path: "/queue", key: "nav.queue", icon: "list", roles: ["admin", "reviewer", "auditor"] },
  { path: "/live", key: "nav.live", icon: "live", roles: ["admin", "reviewer", "auditor"] },
  { path: "/plans", key: "nav.plans", icon: "plan", roles: ["admin", "reviewer"] },
  { path: "/invitations", key: "nav.invitations", icon: "mail", roles: ["admin", "reviewer"] },
  { path: "/audit", key: "nav.audit", icon: "chain", roles: ["admin", "auditor"] },
] as const;

/** Pages outside the menu are for everybody who may sign in. */
function isAllowed(pathname: string, role: string | undefined): boolean {
  const place = LINKS.find(({ path }) => pathname.startsWith(path));
  return !place || place.roles.some((known) => known === role);
}

export function Shell() {
  const { t } = useText();
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const me = useMe().data;
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
          <LanguageSwitch onChosen={(locale) => setLocale.mutate(locale)} />
          <ThemeSwitch />
        </div>
      </AppShell.Header>
      <AppShell.Navbar className="nav">
        <nav aria-label={t("nav.label")}>
          {LINKS.filter(({ roles }) => roles.some((role) => role === me?.role)).map((link) => (
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
          {isAllowed(pathname, me?.role) ? <Outlet /> : <NotFound title={t("errors.forbidden")} />}
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
