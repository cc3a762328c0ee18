/* role_words.c - see role_words.h. */
#include "clients/cli/role_words.h"

static const char *const names[ROLE_COUNT][2] = {
    [ROLE_INSPECTOR] = { "inspector", "考察员" },
    [ROLE_OFFICE] = { "office", "单位" },
    [ROLE_REVIEWER] = { "reviewer", "复核人" },
    [ROLE_ORGANISER] = { "organiser", "组织部门" },
    [ROLE_SUPERVISOR] = { "supervisor", "督查" },
    [ROLE_SUBJECT] = { "subject", "干部本人" },
    [ROLE_AUDITOR] = { "auditor", "纪检" },
    [ROLE_ADMINISTRATOR] = { "administrator", "管理员" },
    [ROLE_SERVICE] = { "service", "系统" },
    [ROLE_GATEWAY] = { "gateway", "网关" },
};

const char *role_words(const cli_t *cli, role_t role)
{
    if ((unsigned)role >= ROLE_COUNT || names[role][0] == NULL)
        return "";
    return cli_pick(cli, names[role][0], names[role][1]);
}
