#include "studio/models/notebook_page.h"

#include "studio/models/bookmark_rows.h"
#include "studio/models/notebook_rows.h"
#include "studio/models/text.h"

#include <QFileInfo>
#include <QUrl>

#include <memory>
#include <utility>

namespace ariadne::studio {
namespace {

using Picture = std::shared_ptr<const std::string>;

/// What the parts of a page look like; they come in the order of these functions, those from
/// heading() to picture() for each finding, and of these only what it has.
class Format {
public:
    virtual ~Format() = default;
    virtual void begin(const QString& title) = 0;
    virtual void heading(std::size_t number, const QString& title) = 0;
    virtual void moment(const QString& trace, Position position) = 0;
    virtual void note(const QString& text) = 0;
    virtual void question(const QString& sql) = 0;
    virtual void picture(std::size_t number, const QString& title, const Picture& png) = 0;
    virtual void end() {}

    NotebookPage page;

protected:
    void put(const QString& text) { page.text += text.toStdString(); }
};

class Markdown final : public Format {
public:
    explicit Markdown(const QString& file) : base_(QFileInfo(file).completeBaseName()) {}

    void begin(const QString& title) override {
        put(QStringLiteral("# %1\n").arg(plainMarkdown(title)));
    }
    void heading(std::size_t number, const QString& title) override {
        put(QStringLiteral("\n## %1. %2\n").arg(QString::number(number), plainMarkdown(title)));
    }
    void moment(const QString& trace, Position position) override {
        put(QStringLiteral("\n%1\n").arg(momentLine(trace, position)));
    }
    void note(const QString& text) override {
        put(QStringLiteral("\n%1\n").arg(plainMarkdown(text)));
    }
    void question(const QString& sql) override {
        put(QStringLiteral("\n%1sql\n%2\n%1\n").arg(fenceFor(sql, 3), sql));
    }
    void picture(std::size_t number, const QString& title, const Picture& png) override {
        const QString file = QStringLiteral("%1-%2.png").arg(base_, QString::number(number));
        page.pictures.push_back({file.toStdString(), png});
        put(QStringLiteral("\n![%1](%2)\n")
                .arg(plainMarkdown(title), QString::fromLatin1(QUrl::toPercentEncoding(file))));
    }

private:
    QString base_;
};

/// For the inside of an element, or of an attribute in double quotes.
QString plainHtml(const QString& text) {
    QString out = text.toHtmlEscaped();
    for (QChar& c : out)
        if (c.category() == QChar::Other_Control && c != QLatin1Char('\n') &&
            c != QLatin1Char('\r') && c != QLatin1Char('\t'))
            c = QChar::ReplacementCharacter;
    return out;
}

/// Whatever stands in it, a browser loads nothing and runs nothing for it.
class Html final : public Format {
public:
    void begin(const QString& title) override {
        put(QStringLiteral(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "img-src data:; style-src 'unsafe-inline'\"/>\n"
                "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
                "<title>%1</title>\n<style>\n%2</style>\n</head>\n<body>\n<h1>%1</h1>\n")
                .arg(plainHtml(title), QString::fromLatin1(kStyle)));
    }
    void heading(std::size_t number, const QString& title) override {
        put(QStringLiteral("\n<h2 id=\"finding-%1\">%1. <bdi>%2</bdi></h2>\n")
                .arg(QString::number(number), plainHtml(title)));
    }
    void moment(const QString& trace, Position position) override {
        put(QStringLiteral("<p>event %1: <code><bdi>%2</bdi></code></p>\n")
                .arg(groupedText(position.value), plainHtml(momentCall(trace, position))));
    }
    void note(const QString& text) override {
        put(QStringLiteral("<p class=\"note\">%1</p>\n").arg(plainHtml(text)));
    }
    void question(const QString& sql) override {
        put(QStringLiteral("<pre><code>%1</code></pre>\n").arg(plainHtml(sql)));
    }
    void picture(std::size_t, const QString& title, const Picture& png) override {
        put(QStringLiteral("<p><img alt=\"%1\" src=\"data:image/png;base64,")
                .arg(plainHtml(title)));
        page.pictures.push_back({{}, png, page.text.size()});
        put(QStringLiteral("\"/></p>\n"));
    }
    void end() override { put(QStringLiteral("</body>\n</html>\n")); }

private:
    static constexpr const char* kStyle =
        ":root { color-scheme: light dark; }\n"
        "body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }\n"
        "h1, h2, p, code { overflow-wrap: anywhere; }\n"
        ".note, pre { white-space: pre-wrap; }\n"
        "pre { padding: 0.7em 1em; border: 1px solid; border-radius: 4px; }\n"
        "img { max-width: 100%; border: 1px solid; }\n";
};

bool isHtml(const QString& file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    return suffix == QStringLiteral("html") || suffix == QStringLiteral("htm");
}

void write(const Notebook& notebook, const QString& trace, Format& to) {
    to.begin(QFileInfo(trace).fileName());
    std::size_t number = 0;
    for (const Finding& finding : notebook.all) {
        const QString title = titleOf(finding);
        to.heading(++number, title);
        if (finding.position.value != 0) to.moment(trace, finding.position);
        if (const QString note = textOf(finding.note).trimmed(); !note.isEmpty()) to.note(note);
        if (const QString sql = textOf(finding.query).trimmed(); !sql.isEmpty()) to.question(sql);
        if (finding.picture) to.picture(number, title, finding.picture);
    }
    to.end();
}

}  // namespace

NotebookPage pageOf(const Notebook& notebook, const QString& trace, const QString& file) {
    std::unique_ptr<Format> format;
    if (isHtml(file))
        format = std::make_unique<Html>();
    else
        format = std::make_unique<Markdown>(file);
    write(notebook, trace, *format);
    format->page.file = file.toStdString();
    return std::move(format->page);
}

}  // namespace ariadne::studio
