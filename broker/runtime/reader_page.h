/* reader_page.h - reading one page of records; inner part of reader.h. */
#ifndef YX_RUNTIME_READER_PAGE_H
#define YX_RUNTIME_READER_PAGE_H

#include "broker/runtime/reader.h"

/* Fills the page as its job asks. Any thread with its own journal reader. */
void reader_page_fill(journal_reader_t *reader, reader_page_t *page);

#endif
