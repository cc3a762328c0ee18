/* fact_templates.h - the sentence for each kind of record; a part of fact_words.h.
 *
 * In a sentence {name} stands for a field of the command, and what is in [ ] is left out
 * when a field in it is absent.
 */
#ifndef YX_FACT_TEMPLATES_H
#define YX_FACT_TEMPLATES_H

#include "proto/words.h"

/* `kind` as in yx put ("observe"); NULL when there is none. */
const char *fact_template(const char *kind, language_t language);
/* What the kind is called, for a record whose content is withheld. */
const char *fact_kind(const char *kind, language_t language);
/* A value such as PROJECT_STARTED in words, NULL: it is no such value. English has
 * small letters without what all values of the list begin with. */
const char *fact_value_zh(const char *value);
/* What names in `withheld` stand for. */
const char *fact_withheld(const char *name, language_t language);

#endif
