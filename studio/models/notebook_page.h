// The findings of a notebook as a page for others: Markdown, or HTML.
#pragma once

#include "studio/session/notebook_work.h"
#include "studio/session/results.h"

#include <QString>

namespace ariadne::studio {

/// The notebook about the trace `trace` as a page that is written to `file`: a heading for each
/// finding, how to open its moment, the note, the question, and the picture. Nothing that people or
/// traces say in it is taken for anything but text.
///
/// A file that is called .html or .htm is one page of HTML with the pictures in it, and needs
/// nothing else; any other is Markdown, and pictures are files beside it, "page-1.png" of
/// "page.md".
NotebookPage pageOf(const Notebook& notebook, const QString& trace, const QString& file);

}  // namespace ariadne::studio
