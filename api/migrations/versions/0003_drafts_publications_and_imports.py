"""Drafts, publications, the sources of articles, and imports

Revision: 0003, after 0002
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "article_source",
        sa.Column("root", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("path", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("article_fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("imported_at", knowledge.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("missing_since", knowledge.database.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("root", "path"),
        sa.UniqueConstraint("slug", "locale", name="one_source_an_article"),
    )
    op.create_table(
        "knowledge_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("root", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("started_at", knowledge.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", knowledge.database.UTCDateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("failure", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "knowledge_publication",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", knowledge.database.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("author", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(
            sa.Column("saved_at", knowledge.database.UTCDateTime(timezone=True), nullable=True)
        )
        batch_op.create_index(
            "one_draft",
            ["slug", "locale"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.drop_index(
            "one_draft", sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'")
        )
        batch_op.drop_column("saved_at")
        batch_op.drop_column("author")

    op.drop_table("knowledge_publication")
    op.drop_table("knowledge_import")
    op.drop_table("article_source")
