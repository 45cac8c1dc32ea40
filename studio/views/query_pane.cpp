#include "studio/views/query_pane.h"

#include "studio/models/query_stop_words.h"
#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/models/worked_queries.h"
#include "studio/views/cell_delegate.h"
#include "studio/views/icons.h"
#include "studio/views/sql_edit.h"
#include "studio/views/status_card.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr int kRowHeight = 22;
constexpr int kColumnWidthMax = 480;
constexpr int kRemembered = 20;
constexpr int kQuestionWidth = 72;  ///< characters of a question in a menu
constexpr int kNameLength = 40;     ///< of a name that nobody has typed
constexpr int kNameLengthMax = 80;

const QStringList& sqlWords() {
    static const QStringList words =
        QStringLiteral(
            "SELECT FROM WHERE GROUP ORDER BY DESC ASC LIMIT OFFSET JOIN LEFT ON USING AS AND OR "
            "NOT IN GLOB LIKE BETWEEN IS NULL DISTINCT HAVING UNION WITH CASE WHEN THEN ELSE END "
            "count sum avg min max")
            .split(QLatin1Char(' '));
    return words;
}

/// On one line, and not too long a one; as a menu shows it.
QString menuText(const QString& sql) {
    QString line = sql.simplified();
    if (line.size() > kQuestionWidth) line = line.left(kQuestionWidth - 1) + QChar(0x2026);
    return line.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

/// What people call a question until they call it something else: what it shows.
QString nameFor(const QString& sql) {
    for (const WorkedQuery& each : workedQueries())
        if (each.sql == sql) return each.question.left(kNameLengthMax);
    QString line = sql.simplified();
    if (line.startsWith(QStringLiteral("select "), Qt::CaseInsensitive)) line = line.mid(7);
    const qsizetype from = line.indexOf(QStringLiteral(" from "), 0, Qt::CaseInsensitive);
    return line.left(from < 0 ? kNameLength : std::min<qsizetype>(from, kNameLength)).trimmed();
}

}  // namespace

QueryPane::QueryPane(QWidget* parent) : QWidget(parent) {
    edit_ = new SqlEdit;
    run_ = new QPushButton;
    examples_ = new QPushButton(tr("Questions"));
    examples_->setToolTip(tr("Questions that people ask, and those asked before"));
    exampleMenu_ = new QMenu(this);
    examples_->setMenu(exampleMenu_);
    tables_ = new QPushButton(tr("Tables"));
    tables_->setToolTip(tr("What can be asked"));
    tableMenu_ = new QMenu(this);
    tableMenu_->setToolTipsVisible(true);
    tables_->setMenu(tableMenu_);
    keep_ = new QPushButton(tr("Keep as lane"));
    keep_->setToolTip(tr("Keeps the question under a name, as a lane of the timeline"));
    card_ = new StatusCard;
    verdict_ = new QLabel;
    verdict_->setTextFormat(Qt::PlainText);
    verdict_->setWordWrap(true);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);

    rows_ = new QueryRows(this);
    table_ = new QTableView;
    table_->setModel(rows_);
    setUpTable(*table_, kRowHeight);
    table_->setAccessibleName(tr("Answer"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);

    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(4);
    buttons->addWidget(run_);
    buttons->addWidget(examples_);
    buttons->addWidget(tables_);
    buttons->addWidget(keep_);
    buttons->addStretch(1);
    auto* top = new QWidget;
    auto* line = new QHBoxLayout(top);
    line->setContentsMargins(6, 4, 8, 4);
    line->setSpacing(8);
    line->addWidget(edit_, 1);
    line->addLayout(buttons);
    auto* bottom = new QWidget;
    auto* column = new QVBoxLayout(bottom);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(card_);
    column->addWidget(verdict_);
    column->addWidget(makeKeepBar());
    column->addWidget(table_, 1);
    verdict_->setContentsMargins(10, 2, 8, 2);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(top);
    split->addWidget(bottom);
    split->setStretchFactor(1, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(split);

    connect(edit_, &SqlEdit::asked, this, [this] { ask(edit_->toPlainText()); });
    connect(run_, &QPushButton::clicked, this, &QueryPane::askOrCancel);
    connect(keep_, &QPushButton::clicked, this, &QueryPane::beginKeeping);
    // What was stopped, which need not be what is being typed.
    connect(card_, &StatusCard::actionTriggered, this, [this] {
        if (const auto stopped = rows_->answer())
            askWithin(QueryBudget::unlimited(), QString::fromStdString(stopped->sql));
    });
    connect(exampleMenu_, &QMenu::aboutToShow, this, &QueryPane::fillExamples);
    connect(table_, &QTableView::clicked, this, &QueryPane::go);
    connect(table_, &QTableView::activated, this, &QueryPane::go);
    clearAnswer();
}

QWidget* QueryPane::makeKeepBar() {
    keepBar_ = new QWidget;
    name_ = new QLineEdit;
    name_->setMaxLength(kNameLengthMax);
    name_->setAccessibleName(tr("Name of the lane"));
    auto* label = new QLabel(tr("Name of the lane"));
    label->setBuddy(name_);
    auto* done = new QPushButton(tr("Keep"));
    auto* leave = new QPushButton(tr("Cancel"));
    auto* line = new QHBoxLayout(keepBar_);
    line->setContentsMargins(10, 2, 8, 4);
    line->setSpacing(8);
    line->addWidget(label);
    line->addWidget(name_, 1);
    line->addWidget(done);
    line->addWidget(leave);
    keepBar_->hide();
    name_->installEventFilter(this);
    connect(name_, &QLineEdit::returnPressed, this, &QueryPane::keep);
    connect(done, &QPushButton::clicked, this, &QueryPane::keep);
    connect(leave, &QPushButton::clicked, this, &QueryPane::endKeeping);
    return keepBar_;
}

void QueryPane::beginKeeping() {
    if (!rows_->answer())
        return say(tr("Ask something first: its answer is what becomes a lane"), true);
    if (rows_->moments() == 0)
        return say(tr("No row of this answer leads to a moment: add a column with a position, "
                      "such as position or taken_at"),
                   true);
    if (name_->text().isEmpty()) name_->setText(nameFor(textOf(rows_->answer()->sql)));
    keepBar_->show();
    name_->selectAll();
    name_->setFocus(Qt::OtherFocusReason);
}

void QueryPane::keep() {
    const QString name = name_->text().simplified();
    if (name.isEmpty() || !rows_->answer()) return;
    const KeptQuery query{name.toStdString(), rows_->answer()->sql};
    endKeeping();
    Q_EMIT keepRequested(query);
}

void QueryPane::endKeeping() {
    const bool had = keepBar_->isAncestorOf(QApplication::focusWidget());
    keepBar_->hide();
    name_->clear();
    if (had) table_->setFocus();
}

void QueryPane::sayKept(const QString& text, bool isError) {
    say(text, isError);
}

void QueryPane::setKept(const std::vector<KeptQuery>& kept) {
    kept_ = kept;
}

void QueryPane::setTables(const std::vector<QueryTable>& tables) {
    QStringList words = sqlWords();
    tableMenu_->clear();
    for (const QueryTable& table : tables) {
        const QString name = textOf(table.name);
        words << name;
        QMenu* const columns = tableMenu_->addMenu(name);
        columns->setToolTipsVisible(true);
        columns->menuAction()->setToolTip(textOf(table.purpose));
        QAction* const purpose = columns->addAction(textOf(table.purpose));
        purpose->setEnabled(false);
        columns->addSeparator();
        for (const QueryTable::Column& each : table.columns) {
            const QString column = textOf(each.name);
            words << column;
            QAction* const action = columns->addAction(
                tr("%1 \t%2").arg(column, textOf(each.meaning)), this, [this, column] {
                    edit_->insertPlainText(column);
                    edit_->setFocus();
                });
            action->setToolTip(textOf(each.meaning));
        }
    }
    edit_->setWords(words);
}

void QueryPane::setAskedBefore(const QStringList& questions) {
    askedBefore_ = questions.mid(0, kRemembered);
}

void QueryPane::fillExamples() {
    exampleMenu_->clear();
    for (const WorkedQuery& each : workedQueries())
        exampleMenu_->addAction(each.question, this, [this, sql = each.sql] { ask(sql); });
    if (!kept_.empty()) exampleMenu_->addSection(tr("Kept as lanes"));
    for (const KeptQuery& each : kept_)
        exampleMenu_->addAction(menuText(textOf(each.name)), this,
                                [this, sql = textOf(each.sql)] { ask(sql); });
    if (askedBefore_.isEmpty()) return;
    exampleMenu_->addSection(tr("Asked before"));
    for (const QString& sql : askedBefore_)
        exampleMenu_->addAction(menuText(sql), this, [this, sql] { ask(sql); });
}

void QueryPane::remember(const QString& sql) {
    for (const WorkedQuery& each : workedQueries())
        if (each.sql == sql) return;
    askedBefore_.removeAll(sql);
    askedBefore_.prepend(sql);
    askedBefore_ = askedBefore_.mid(0, kRemembered);
    Q_EMIT askedBeforeChanged();
}

void QueryPane::ask(const QString& sql) {
    askWithin(budget_, sql);
}

void QueryPane::askWithin(const QueryBudget& budget, const QString& sql) {
    if (edit_->toPlainText() != sql) edit_->setPlainText(sql);
    const QString trimmed = sql.trimmed();
    if (trimmed.isEmpty())
        return say(tr("Nothing to ask: type a SELECT, or pick a question"), true);
    setAsking(true);
    closeCard();
    endKeeping();
    say(tr("Looking…  Esc cancels"), false);
    remember(trimmed);
    Q_EMIT asked(trimmed, budget);
}

void QueryPane::askOrCancel() {
    if (asking_)
        Q_EMIT cancelRequested();
    else
        ask(edit_->toPlainText());
}

void QueryPane::setAsking(bool asking) {
    asking_ = asking;
    run_->setText(asking ? tr("Cancel") : tr("Ask"));
    run_->setIcon(iconOf(asking ? Glyph::kStop : Glyph::kRun));
    run_->setToolTip(asking ? tr("Cancel  (Esc)") : tr("Ask  (Ctrl+Return)"));
}

void QueryPane::setAnswer(std::shared_ptr<const QueryAnswer> answer) {
    setAsking(false);
    const QueryAnswer& found = *answer;
    const QString rows = groupedText(found.rows());
    const QString time =
        found.tookMs < 1000 ? tr("%1 ms").arg(found.tookMs, 0, 'f', found.tookMs < 10 ? 1 : 0)
                            : durationText(Duration{static_cast<std::int64_t>(found.tookMs * 1e6)});
    const auto stopped = queryStopWords(found);
    closeCard();
    if (stopped)
        card_->display(
            found.stop == QueryAnswer::Stop::kTime ? Severity::kWarning : Severity::kInfo,
            stopped->title, stopped->cause, stopped->action, stopped->tip);
    if (!stopped && !found.error.empty() && found.rows() == 0)
        say(textOf(found.error), true);
    else if (!stopped && !found.error.empty())
        say(tr("The first %1 rows; then: %2").arg(rows, textOf(found.error)), true);
    else if (stopped && found.rows() > 1)
        say(tr("The first %1 rows, in %2").arg(rows, time), false);
    else
        say(found.rows() == 1 ? tr("1 row, in %1").arg(time) : tr("%1 rows, in %2").arg(rows, time),
            false);
    rows_->setAnswer(std::move(answer));
    sizeColumns(*table_, kColumnWidthMax);
}

bool QueryPane::closeCard() {
    const bool had = !card_->isHidden();
    card_->hide();
    return had;
}

void QueryPane::clearAnswer() {
    rows_->setAnswer(nullptr);
    setAsking(false);
    closeCard();
    endKeeping();
    say(tr("Ask with Ctrl+Return. A row with a position leads to its moment."), false);
}

void QueryPane::say(const QString& text, bool isError) {
    verdict_->setText(text);
    QPalette colours = palette();
    const Theme& theme = Theme::of(colours);
    colours.setColor(QPalette::WindowText, isError ? theme.failure : theme.dim);
    verdict_->setPalette(colours);
}

void QueryPane::go(const QModelIndex& index) {
    const auto moment = rows_->momentOf(index);
    if (moment) Q_EMIT positionRequested(moment->value);
    if (!rows_->meansActor(index)) return;
    if (const auto actor = rows_->actorOf(index)) Q_EMIT actorRequested(*actor, moment.has_value());
}

void QueryPane::copyRows() {
    const QModelIndexList chosen = table_->selectionModel()->selectedRows();
    if (chosen.isEmpty()) return;
    const auto [first, last] = std::minmax_element(
        chosen.begin(), chosen.end(),
        [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    QApplication::clipboard()->setText(rows_->asText(first->row(), last->row()));
}

void QueryPane::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy)) return copyRows();
    QWidget::keyPressEvent(event);
}

/// Esc leaves the name, whatever it means to the window.
bool QueryPane::eventFilter(QObject* watched, QEvent* event) {
    const bool isKey =
        event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (!isKey || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
        return QWidget::eventFilter(watched, event);
    event->accept();
    if (event->type() == QEvent::KeyPress) endKeeping();
    return true;
}

void QueryPane::focusQuestion() {
    edit_->setFocus(Qt::ShortcutFocusReason);
}

QString QueryPane::question() const {
    return edit_->toPlainText();
}

QString QueryPane::verdict() const {
    return verdict_->text();
}

}  // namespace ariadne::studio
