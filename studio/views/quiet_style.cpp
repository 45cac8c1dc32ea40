#include "studio/views/quiet_style.h"

#include "studio/models/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace ariadne::studio {

QuietStyle::QuietStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

int QuietStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                            const QWidget* widget) const {
    switch (metric) {
        case PM_ToolBarIconSize: return 16;
        case PM_DockWidgetSeparatorExtent:
        case PM_SplitterWidth: return 5;
        case PM_DockWidgetTitleMargin: return 5;
        case PM_ToolBarItemSpacing: return 2;
        case PM_ToolBarItemMargin: return 3;
        case PM_TreeViewIndentation: return 16;
        case PM_ScrollBarExtent: return 12;
        default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int QuietStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                          QStyleHintReturn* data) const {
    if (hint == SH_EtchDisabledText || hint == SH_DitherDisabledText ||
        hint == SH_DialogButtonBox_ButtonsHaveIcons)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

QSize QuietStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                   const QWidget* widget) const {
    QSize out = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_ItemViewItem) out.setHeight(22);
    if (type == CT_HeaderSection) out.setHeight(24);
    return out;
}

void QuietStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                             const QWidget* widget) const {
    const Theme& theme = Theme::of(option->palette);
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        painter->fillRect(option->rect, theme.window);
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), theme.line);
        return;
    }
    if (element == CE_HeaderLabel) {
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
            QStyleOptionHeader inset = *header;
            inset.rect.adjust(6, 0, -6, 0);
            QProxyStyle::drawControl(element, &inset, painter, widget);
            return;
        }
    }
    if (element == CE_Splitter) return;
    QProxyStyle::drawControl(element, option, painter, widget);
}

void QuietStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                               QPainter* painter, const QWidget* widget) const {
    if (element == PE_FrameDockWidget || element == PE_FrameStatusBarItem ||
        element == PE_FrameFocusRect)
        return;
    if (element == PE_Frame && option->rect.width() > 0) {
        painter->setPen(Theme::of(option->palette).line);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

}  // namespace ariadne::studio
