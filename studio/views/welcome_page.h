// What one sees before a trace is open: samples to record, recent traces, how to open one.
#pragma once

#include <QHash>
#include <QImage>
#include <QList>
#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace ariadne::studio {

struct ProgramCard {
    QString id;
    QString summary;
};

class WelcomePage final : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

    void setPrograms(const QList<ProgramCard>& programs);
    void setRecentFiles(const QStringList& paths);
    /// Of one of these; null: there is none.
    void setThumbnail(const QString& path, const QImage& image);
    QPushButton& tourButton() { return *tour_; }

Q_SIGNALS:
    void openRequested();
    void tourRequested();
    void fileRequested(const QString& path);
    /// Record it with its defaults, at once.
    void recordRequested(const QString& program);
    /// Choose seed and arguments first.
    void runDialogRequested(const QString& program);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void addProgram(const ProgramCard& program);

    QVBoxLayout* programs_ = nullptr;
    QVBoxLayout* recent_ = nullptr;
    QPushButton* tour_ = nullptr;
    QHash<QString, QLabel*> thumbnails_;  ///< of those that are shown
};

}  // namespace ariadne::studio
