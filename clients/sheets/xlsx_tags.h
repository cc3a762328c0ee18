/* xlsx_tags.h - the elements of a workbook's parts that mean something here.
 *
 * A tag is told by its name and by what it stands in: a t inside rPh (how a name is
 * pronounced) is no text, a v outside of a cell is no value. Prefixes are passed over.
 * Threads: none; all of it is constant.
 */
#ifndef YX_XLSX_TAGS_H
#define YX_XLSX_TAGS_H

typedef enum {
    TAG_ROOT, /* around the whole part */
    TAG_OTHER,
    TAG_RELATIONS,
    TAG_RELATION,
    TAG_BOOK,
    TAG_BOOK_SETTINGS,
    TAG_BOOK_SHEETS,
    TAG_BOOK_SHEET,
    TAG_STYLES,
    TAG_FORMATS,
    TAG_FORMAT,
    TAG_CELL_STYLES,
    TAG_CELL_STYLE,
    TAG_STRINGS,
    TAG_SHEET,
    TAG_DATA,
    TAG_ROW,
    TAG_CELL,
    TAG_VALUE,
    TAG_FORMULA,
    TAG_ITEM, /* one text, plain or in runs */
    TAG_RUN,
    TAG_TEXT
} xlsx_tag_t;

/* What `name` is inside of `parent`. */
xlsx_tag_t xlsx_tag_of(xlsx_tag_t parent, const char *name);
/* Without a prefix. */
const char *xlsx_local_name(const char *name);
/* The value of an attribute in a list of names and values that ends with NULL, or NULL;
 * `prefixed`: only with a prefix, such as r:id, otherwise only without. */
const char *xlsx_attribute(const char *const *attributes, const char *name,
                           int prefixed);

#endif
